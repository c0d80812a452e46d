#include "chat/candidates.hpp"

#include <algorithm>
#include <ranges>
#include <unordered_set>

#include "base/limits.hpp"
#include "chat/sql.hpp"
#include "chat/store.hpp"
#include "retrieval/fold.hpp"
#include "retrieval/gather.hpp"
#include "retrieval/search_stats.hpp"

namespace stele::chat {

namespace {

using retrieval::Arm;
using retrieval::ArmTimer;
using retrieval::Item;
using retrieval::Kind;
using retrieval::SegmentSearch;

constexpr retrieval::Reach kReach{.page = 50, .pages = 40, .enough = 50};
constexpr std::int32_t kNear = 50;
constexpr std::int32_t kNewest = 100;

// One search on its way: everything goes through one snapshot when there are segments.
class Gathering {
  public:
    Gathering(api::Context& context, const Scan& scan, Candidates& out)
        : context_(context), scan_(scan), out_(out) {}

    // Most searches: nothing was ever folded, and all there is comes in two round trips.
    bool small() {
        const pg::Call call = call_of(context_);
        auto results = context_.db.pipeline(call, [&](pg::Pipeline& p) {
            p.add(sql::search_sheet, org(), project(), scan_.scopes, message_limit());
            retrieval::ask_any_segments(p, call.tenant, Kind::message);
            retrieval::ask_any_segments(p, call.tenant, Kind::summary);
        });
        long_tails_ = results[0].rows() > limits::kTailMost;
        out_.rows.push_back(std::move(results[0]));
        understand();
        if (retrieval::any_segments(results[1]) || retrieval::any_segments(results[2])) {
            retrieval::remember_segments(context_.db, call.tenant, Kind::message);
            return false;
        }
        if (overflows()) return false;
        auto meanings = context_.db.pipeline(call, [&](pg::Pipeline& p) {
            p.add(sql::search_summaries, org(), project(), scan_.scopes, half(), out_.meaning.model,
                  summary_limit());
            if (out_.meaning.vector)
                p.add(sql::search_vectors, org(), project(), half(), out_.meaning.model);
        });
        MessageReader reader(out_.question, context_.caller, scan_.only);
        reader.add(out_.rows[0]);
        if (out_.meaning.vector) reader.add_meanings(meanings[1]);
        out_.messages = std::move(reader.sheet());
        read_summaries(out_.summaries, meanings[0], out_.question, context_.caller, scan_.only);
        return true;
    }

    // Of one thread everything is looked at, however large the tenant.
    void one_thread() {
        const pg::Call call = call_of(context_);
        out_.rows.push_back(context_.db.once(call, sql::search_thread, org(), project(),
                                             scan_.scopes, *scan_.only.thread,
                                             scan_.messages ? limits::kSheet : 0));
        understand();
        MessageReader reader(out_.question, context_.caller, scan_.only);
        reader.add(out_.rows[0]);
        const auto results = context_.db.pipeline(call, [&](pg::Pipeline& p) {
            p.add(sql::search_thread_summaries, org(), project(), scan_.scopes, half(),
                  out_.meaning.model, *scan_.only.thread);
            if (out_.meaning.vector)
                p.add(sql::search_vectors_of, org(), project(), half(), out_.meaning.model,
                      ids_of(reader.sheet()));
        });
        if (out_.meaning.vector) reader.add_meanings(results[1]);
        out_.messages = std::move(reader.sheet());
        if (scan_.summaries)
            read_summaries(out_.summaries, results[0], out_.question, context_.caller, scan_.only);
    }

    // Runs again when the connection was lost.
    void large(pg::Transaction& tx) {
        out_.rows.clear();
        out_.messages = out_.summaries = {};
        out_.rows.push_back(tx.query(sql::search_newest, org(), project(), scan_.scopes, kNewest));
        if (!understood_) understand();
        if (scan_.messages) messages(tx);
        if (scan_.summaries) summaries(tx);
    }

    // Whoever meets a tail that is too long asks for a fold, after its own work.
    void ask_folds() const {
        if (!long_tails_ && !retrieval::now_and_then()) return;
        for (const Kind kind : {Kind::message, Kind::summary})
            retrieval::ask_fold(context_.db, call_of(context_), kind);
    }

  private:
    const Uuid& org() const { return context_.caller.org; }
    const Uuid& project() const { return context_.caller.project; }
    std::int32_t message_limit() const { return scan_.messages ? limits::kSheet : 0; }
    std::int32_t summary_limit() const { return scan_.summaries ? limits::kSheet : 0; }
    std::optional<pg::HalfVector> half() const {
        if (!out_.meaning.vector) return std::nullopt;
        return pg::HalfVector{*out_.meaning.vector};
    }

    // The folder has not caught up: the tail is longer than what is read of it.
    bool overflows() const { return out_.rows[0].rows() >= limits::kSheet; }

    // Who takes part is known from the messages, and a name in the question points at them.
    void understand() {
        out_.question = scan_.ask(people_in(out_.rows[0]));
        out_.meaning = scan_.meaning(out_.question.text);
        understood_ = true;
    }

    SegmentSearch segments(pg::Transaction& tx, Kind kind) const {
        return {tx, {org(), project()}, kind, dimensions_of(out_.question)};
    }

    void messages(pg::Transaction& tx) {
        MessageReader reader(out_.question, context_.caller, scan_.only);
        reader.add(out_.rows[0]);
        SegmentSearch segments = this->segments(tx, Kind::message);
        const std::vector<double> idf = use_rarity(segments, reader.sheet());
        std::unordered_set<Uuid> known;
        for (const Item& item : reader.sheet().items) known.insert(item.id);
        const std::size_t newest = reader.sheet().items.size();
        const auto read = [&](const std::vector<Uuid>& ids) { return add(tx, reader, known, ids); };
        std::vector<Uuid> first = best_of_tail(tx, sql::search_tail, idf);
        if (out_.meaning.vector && segments.documents() <= retrieval::kExactVectors)
            append(first, near(tx));
        read_best(tx, segments, std::move(first), kReach, read);
        add_around(tx, reader, known, newest);
        if (out_.meaning.vector) add_meanings(tx, reader);
        out_.messages = std::move(reader.sheet());
    }

    static void append(std::vector<Uuid>& to, const std::vector<Uuid>& more) {
        to.insert(to.end(), more.begin(), more.end());
    }

    std::size_t add(pg::Transaction& tx, MessageReader& reader, std::unordered_set<Uuid>& known,
                    const std::vector<Uuid>& ids) {
        std::vector<Uuid> fresh;
        for (const Uuid& id : ids)
            if (known.insert(id).second) fresh.push_back(id);
        if (fresh.empty()) return 0;
        out_.rows.push_back(tx.query(sql::search_rows, org(), project(), scan_.scopes, fresh));
        const std::size_t before = reader.sheet().items.size();
        reader.add(out_.rows.back());
        return std::size_t(std::ranges::count_if(reader.sheet().items | std::views::drop(before),
                                                 &Item::eligible));
    }

    std::vector<Uuid> best_of_tail(pg::Transaction& tx, const pg::Statement& statement,
                                   const std::vector<double>& idf) const {
        std::vector<Uuid> out;
        if (out_.question.terms.empty()) return out;
        for (const pg::Row row : tx.query(statement, org(), project(), scan_.scopes,
                                          weighted(out_.question, idf), std::int32_t(kReach.page)))
            out.push_back(row.get<Uuid>(0));
        return out;
    }

    std::vector<Uuid> near(pg::Transaction& tx) const {
        std::vector<Uuid> out;
        for (const pg::Row row :
             tx.query(sql::search_near, org(), project(), half(), out_.meaning.model, kNear))
            out.push_back(row.get<Uuid>(0));
        return out;
    }

    // Between people a message is found by what stands beside it.
    void add_around(pg::Transaction& tx, MessageReader& reader, std::unordered_set<Uuid>& known,
                    std::size_t first) {
        std::vector<Uuid> threads;
        std::vector<std::int32_t> places;
        const auto& items = reader.sheet().items;
        for (std::size_t i = first; i < items.size(); ++i) {
            if (items[i].setting != retrieval::Setting::dialogue) continue;
            threads.push_back(reader.threads()[std::size_t(items[i].thread)]);
            places.push_back(items[i].seq);
        }
        if (threads.empty()) return;
        const pg::Result around =
            tx.query(sql::search_around, org(), project(), scan_.scopes, threads, places);
        std::vector<Uuid> ids;
        for (const pg::Row row : around) ids.push_back(row.get<Uuid>(0));
        add(tx, reader, known, ids);
    }

    static std::vector<Uuid> ids_of(const retrieval::Sheet& sheet) {
        std::vector<Uuid> out;
        for (const Item& item : sheet.items) out.push_back(item.id);
        return out;
    }

    void add_meanings(pg::Transaction& tx, MessageReader& reader) {
        reader.add_meanings(tx.query(sql::search_vectors_of, org(), project(), half(),
                                     out_.meaning.model, ids_of(reader.sheet())));
    }

    void summaries(pg::Transaction& tx) {
        retrieval::Sheet& sheet = out_.summaries;
        sheet.terms = out_.question.terms.size();
        SegmentSearch segments = this->segments(tx, Kind::summary);
        const std::vector<double> idf = use_rarity(segments, sheet);
        read_best(tx, segments, best_of_tail(tx, sql::search_summary_tail, idf), kReach,
                  [&](const std::vector<Uuid>& ids) {
                      if (ids.empty()) return std::size_t(0);
                      const pg::Result found =
                          tx.query(sql::search_summary_rows, org(), project(), scan_.scopes, half(),
                                   out_.meaning.model, ids);
                      read_summaries(sheet, found, out_.question, context_.caller, scan_.only);
                      return std::size_t(found.rows());
                  });
    }

    api::Context& context_;
    const Scan& scan_;
    Candidates& out_;
    bool understood_ = false;
    bool long_tails_ = false;
};

}  // namespace

Candidates candidates(api::Context& context, const Scan& scan) {
    Candidates out;
    Gathering gathering(context, scan, out);
    if (scan.only.thread) {
        const ArmTimer timer(Arm::sheet);
        gathering.one_thread();
        return out;
    }
    pg::Call call = call_of(context);
    if (!retrieval::known_to_have_segments(context.db, call.tenant, retrieval::Kind::message)) {
        const ArmTimer timer(Arm::sheet);
        if (gathering.small()) {
            gathering.ask_folds();
            return out;
        }
    }
    const ArmTimer timer(Arm::segments);
    call.snapshot = true;
    context.db.transaction(call, [&](pg::Transaction& tx) { gathering.large(tx); });
    gathering.ask_folds();
    return out;
}

}  // namespace stele::chat
