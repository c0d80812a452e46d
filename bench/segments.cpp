// How quickly a tenant's segments are made and searched: segments_bench [DOCUMENTS…]
//
// Fills one tenant for each size, indexes and merges as the worker does, then searches in
// snapshots. Words as in retrieval's notes: 20 to 60 a document, drawn nearly independently, a few
// very common and hundreds of thousands rare; queries of 3 to 8 terms, one of them among the 60
// commonest. Connects to STELE_DATABASE_URL, which must be migrated.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "foundation/pg/database.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/segment_builder.hpp"
#include "runtime/context.hpp"
#include "runtime/settings.hpp"

namespace stele {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kWords = 400'000, kCommon = 60;
constexpr std::size_t kQueries = 400;
constexpr std::size_t kBatch = 2000;

// The rows that search reads; what a memory is otherwise made of costs the same everywhere.
const pg::Statement kInsert{
    "bench.insert",
    "INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, trust, "
    "content, content_hash, lexemes, tags, metadata, pinned, created_at, updated_at) SELECT $1, "
    "$2, n.id, 'global', 'b', 'fact', 'fact', 'b', 'unverified', 'x', sha256(uuid_send(n.id)), "
    "n.lexemes, '{}', '{}', false, now(), now() FROM unnest($3::uuid[], $4::sparsevec[]) AS n (id, "
    "lexemes)"};
const pg::Statement kSizes{
    "bench.sizes",
    "SELECT count(DISTINCT segment), sum(octet_length(block))::float8 FROM search_blocks WHERE "
    "org_id = $1 AND project_id = $2"};

double seconds_since(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
}

class Words {
  public:
    std::int32_t draw() {  // Zipf's law, nearly
        const double u = std::uniform_real_distribution(0.0, 1.0)(random_);
        return term(int(std::pow(double(kWords), u)) - 1);
    }
    std::int32_t common() { return term(int(random_() % kCommon)); }
    int number(int from, int to) { return std::uniform_int_distribution(from, to)(random_); }
    pg::SparseVector document() {
        const int length = number(20, 60);
        std::map<std::int32_t, int> counts;
        for (int i = 0; i < length; ++i) ++counts[draw()];
        pg::SparseVector out;
        for (const auto& [dimension, tf] : counts)
            out.entries.emplace_back(dimension,
                                     float(tf) * 2.2f / (float(tf) + 0.3f + 0.03f * float(length)));
        return out;
    }
    std::vector<std::int32_t> query() {
        std::set<std::int32_t> out{common()};
        for (const auto terms = std::size_t(number(3, 8)); out.size() < terms;) out.insert(draw());
        return {out.begin(), out.end()};
    }

  private:
    static std::int32_t term(int word) {
        return retrieval::dimension_of(fmt::format("word{}", word));
    }
    std::mt19937 random_{11};
};

void fill(pg::Database& db, const pg::Tenant& tenant, Words& words, std::size_t documents) {
    for (std::size_t done = 0; done < documents; done += kBatch) {
        std::vector<Uuid> ids;
        std::vector<pg::SparseVector> lexemes;
        while (ids.size() < std::min(kBatch, documents - done)) {
            ids.push_back(Uuid::v7());
            lexemes.push_back(words.document());
        }
        db.once({tenant, deadline_in(std::chrono::minutes(1))}, kInsert, tenant.org, tenant.project,
                ids, lexemes);
    }
}

// Milliseconds, sorted.
std::vector<double> search(pg::Database& db, const pg::Tenant& tenant, Words& words,
                           std::size_t best) {
    std::vector<double> out;
    for (std::size_t i = 0; i < kQueries; ++i) {
        const auto query = words.query();
        const auto from = Clock::now();
        db.transaction({tenant, deadline_in(std::chrono::minutes(1)), {}, true, true},
                       [&](pg::Transaction& tx) {
                           retrieval::SegmentSearch search(db, tx, tenant, retrieval::Kind::memory,
                                                           query);
                           search.score();
                           search.next(tx, best);
                       });
        out.push_back(seconds_since(from) * 1000);
    }
    std::ranges::sort(out);
    return out;
}

void measure(pg::Database& db, Words& words, std::size_t documents) {
    const runtime::Settings settings;
    const pg::Tenant tenant{Uuid::v7(), Uuid::v7()};
    fill(db, tenant, words, documents);
    const auto from = Clock::now();
    request_indexing(db, {tenant, deadline_in(std::chrono::minutes(1))}, retrieval::Kind::memory);
    runtime::Context context{{}, settings, db,   nullptr, deadline_in(std::chrono::hours(1)),
                             {}, "bench",  true, {}};
    const auto stats = retrieval::build_all(context, std::span(&memory::segment_source(), 1));
    const double indexing = seconds_since(from);
    const pg::Result sizes =
        db.once({tenant, deadline_in(std::chrono::minutes(1))}, kSizes, tenant.org, tenant.project);
    const auto ten = search(db, tenant, words, 10), many = search(db, tenant, words, 200);
    fmt::print("{:>9} {:>8} {:>6} {:>6} {:>9} {:>8.0f} {:>9.2f} {:>6.2f} {:>9.2f} {:>6.2f}\n",
               documents, sizes[0].get<std::int64_t>(0), stats.segments, stats.merges,
               fmt::format("{:.1f}", indexing),
               sizes[0].get<std::optional<double>>(1).value_or(0) /
                   double(std::max<std::int64_t>(stats.items, 1)),
               ten[kQueries / 2], ten[kQueries * 95 / 100], many[kQueries / 2],
               many[kQueries * 95 / 100]);
    std::fflush(stdout);
}

}  // namespace
}  // namespace stele

int main(int count, char** arguments) {
    using namespace stele;
    const char* url = std::getenv("STELE_DATABASE_URL");
    if (!url) return 2;
    std::vector<std::size_t> sizes;
    for (int i = 1; i < count; ++i) sizes.push_back(std::size_t(std::atoll(arguments[i])));
    if (sizes.empty()) sizes = {1'000, 10'000, 100'000, 1'000'000};
    pg::Database db(pg::ConnInfo::parse(url), {.size = 2});
    Words words;
    fmt::print(
        "documents segments  steps merges   seconds    B/doc  10: p50 ms    p95 200: p50    p95\n");
    for (const std::size_t size : sizes) measure(db, words, size);
}
