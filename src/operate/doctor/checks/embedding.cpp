#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/memory/backfill.hpp"
#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"
#include "runtime/settings.hpp"

namespace stele::doctor {

namespace {

constexpr std::chrono::milliseconds kAnswer{1'500};
constexpr double kOldSeconds = 600;

Finding without_embedder(const runtime::EmbeddingSettings& settings) {
    if (settings.kind == runtime::EmbedderKind::none)
        return pass("switched off (embedding.kind = none): words are searched, meanings are not");
    return warn("no embedder: words are searched, meanings are not",
                "the built-in model is not installed", "./script/fetch-model");
}

// Nothing when the vectors of this database are this process's.
std::optional<Finding> compare(DatabaseUnderTest& database, const embed::ModelInfo& mine) {
    const pg::Result rows = database.ask(sql::active_model);
    if (rows.empty()) return std::nullopt;  // the first write registers ours
    const auto name = rows[0].get<std::string>(0), hash = rows[0].get<std::string>(2);
    const auto dimensions = rows[0].get<std::int32_t>(1);
    if (name == mine.name && hash == mine.hash && dimensions == mine.dimensions)
        return std::nullopt;
    return fail(
        fmt::format("the database's vectors: {} ({} dimensions); this process: {} ({} dimensions)",
                    name, dimensions, mine.name, mine.dimensions),
        "vectors of two models cannot be compared, so meanings are not searched",
        "stele memory reembed  # or configure the model that the database has");
}

// The built-in model's files were looked at when it was made; an endpoint is asked.
std::optional<Finding> try_endpoint(DatabaseUnderTest& database) {
    const runtime::EmbeddingSettings& settings = database.context().settings.embedding;
    if (settings.kind != runtime::EmbedderKind::endpoint) return std::nullopt;
    try {
        const std::string texts[] = {"stele doctor"};
        database.context().embedder->embed(texts, embed::Purpose::query,
                                           std::min(database.deadline(), deadline_in(kAnswer)));
        return std::nullopt;
    } catch (const Error& error) {
        return fail(std::string(error.message()),
                    "the embedding endpoint does not answer as it should",
                    fmt::format("curl -sS {}/embeddings -H 'Content-Type: application/json' -d "
                                "'{{\"model\":\"{}\",\"input\":\"x\"}}'  # until it answers; or "
                                "correct embedding.url",
                                settings.url, settings.model));
    }
}

Finding examine_embedding(DatabaseUnderTest& database) {
    runtime::Context& context = database.context();
    if (!context.embedder) return without_embedder(context.settings.embedding);
    const embed::ModelInfo& mine = context.embedder->info();
    if (auto finding = try_endpoint(database)) return *finding;
    if (auto finding = compare(database, mine)) return *finding;
    context.deadline = std::min(context.deadline, database.deadline());
    const memory::QueueAge queue = memory::queue_age(context);
    if (queue.oldest_seconds > kOldSeconds)
        return warn(fmt::format("{} memories wait for a vector, the oldest for {:.0f} s",
                                queue.waiting, queue.oldest_seconds),
                    "no `stele serve` or `stele mcp` with an embedder works on the queue, or the "
                    "endpoint does not answer",
                    "stele background list");
    const pg::Call call{{context.caller.org, context.caller.project}, database.deadline()};
    const auto bare = context.db.once(call, sql::without_vector)[0].get<std::int64_t>(0);
    if (bare > 0)
        return warn(fmt::format("{}{} memories of this project have no vector and wait for none",
                                bare, bare == 1000 ? " or more" : ""),
                    "they were stored while there was no embedder", "stele memory reembed");
    return pass(
        fmt::format("{} ({} dimensions), {} waiting", mine.name, mine.dimensions, queue.waiting));
}

}  // namespace

const Check kEmbedding{"embedding", "Meanings are searched", Needs::schema, examine_embedding};

}  // namespace stele::doctor
