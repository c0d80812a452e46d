#include "chat/candidates.hpp"

#include <unordered_set>

#include "base/limits.hpp"
#include "chat/sql.hpp"
#include "chat/store.hpp"
#include "retrieval/fold.hpp"
#include "retrieval/search_stats.hpp"
#include "retrieval/segments.hpp"

namespace stele::chat {

namespace {

using retrieval::Arm;
using retrieval::ArmTimer;
using retrieval::Item;
using retrieval::Kind;
using retrieval::SegmentSearch;

constexpr std::size_t kPage = 100;  // of the segments' best, until enough are of the scopes
constexpr int kPages = 20;
constexpr std::size_t kEnough = 50;
constexpr std::int32_t kNear = 50;
constexpr double kExactVectors =
    20'000;  // up to so many are compared with the question, one by one

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
            retrieval::remember_segments(call.tenant, Kind::message);
            return false;
        }
        if (overflows()) return false;
        auto meanings = context_.db.pipeline(call, [&](pg::Pipeline& p) {
            p.add(sql::search_summaries, org(), project(), scan_.scopes, half(), model_,
                  summary_limit());
            if (out_.vector) p.add(sql::search_vectors, org(), project(), half(), model_);
        });
        MessageReader reader(out_.question, context_.caller, scan_.only);
        reader.add(out_.rows[0]);
        if (out_.vector) reader.add_meanings(meanings[1]);
        out_.messages = std::move(reader.sheet());
        read_summaries(out_.summaries, meanings[0], out_.question, context_.caller, scan_.only);
        return true;
    }

    // Runs again when the connection was lost.
    void large(pg::Transaction& tx) {
        out_.rows.clear();
        out_.messages = out_.summaries = {};
        out_.rows.push_back(
            tx.query(sql::search_sheet, org(), project(), scan_.scopes, message_limit()));
        long_tails_ = out_.rows[0].rows() > limits::kTailMost;
        if (!understood_) understand();
        if (scan_.messages) messages(tx);
        if (scan_.summaries) summaries(tx);
    }

    // Whoever meets a tail that is too long asks for a fold, after its own work.
    void ask_folds() const {
        if (!long_tails_) return;
        for (const Kind kind : {Kind::message, Kind::summary})
            retrieval::ask_fold(context_.db, call_of(context_), kind);
    }

  private:
    const Uuid& org() const { return context_.caller.org; }
    const Uuid& project() const { return context_.caller.project; }
    std::int32_t message_limit() const { return scan_.messages ? limits::kSheet : 0; }
    std::int32_t summary_limit() const { return scan_.summaries ? limits::kSheet : 0; }
    std::optional<pg::HalfVector> half() const {
        if (!out_.vector) return std::nullopt;
        return pg::HalfVector{*out_.vector};
    }

    // The folder has not caught up: the tail is longer than what is read of it.
    bool overflows() const { return out_.rows[0].rows() >= limits::kSheet; }

    // Who takes part is known from the messages, and a name in the question points at them.
    void understand() {
        out_.question = scan_.ask(people_in(out_.rows[0]));
        out_.vector = scan_.meaning(out_.question.text, model_);
        understood_ = true;
    }

    SegmentSearch segments(pg::Transaction& tx, Kind kind) const {
        std::vector<std::int32_t> dimensions(out_.question.terms.size());
        for (const retrieval::Term& term : out_.question.by_dimension)
            dimensions[term.at] = term.dimension;
        return {tx, {org(), project()}, kind, dimensions};
    }

    // The best by words, until enough of them are of the scopes; `read` says how many were.
    template <class Read>
    void best(pg::Transaction& tx, SegmentSearch& segments, const Read& read) const {
        std::size_t passed = 0;
        for (int page = 0; page < kPages && passed < kEnough; ++page) {
            std::vector<Uuid> ids;
            for (const retrieval::Found& found : segments.next(tx, kPage)) ids.push_back(found.id);
            passed += read(ids);
            if (ids.size() < kPage) break;
        }
    }

    void messages(pg::Transaction& tx) {
        MessageReader reader(out_.question, context_.caller, scan_.only);
        reader.add(out_.rows[0]);
        SegmentSearch segments = this->segments(tx, Kind::message);
        retrieval::count_with_segments(reader.sheet(), segments.documents(), segments.frequency());
        segments.score(retrieval::term_rarity(reader.sheet()));
        std::unordered_set<Uuid> known;
        for (const Item& item : reader.sheet().items) known.insert(item.id);
        const std::size_t tail = reader.sheet().items.size();
        const auto read = [&](const std::vector<Uuid>& ids) { return add(tx, reader, known, ids); };
        if (overflows()) read(best_of_tail(tx, retrieval::term_rarity(reader.sheet())));
        best(tx, segments, read);
        if (out_.vector && segments.documents() <= kExactVectors) read(near(tx));
        add_around(tx, reader, known, tail);
        if (out_.vector) add_meanings(tx, reader);
        out_.messages = std::move(reader.sheet());
    }

    std::size_t add(pg::Transaction& tx, MessageReader& reader, std::unordered_set<Uuid>& known,
                    const std::vector<Uuid>& ids) {
        std::vector<Uuid> fresh;
        for (const Uuid& id : ids)
            if (known.insert(id).second) fresh.push_back(id);
        if (fresh.empty()) return 0;
        out_.rows.push_back(tx.query(sql::search_rows, org(), project(), scan_.scopes, fresh));
        reader.add(out_.rows.back());
        return std::size_t(out_.rows.back().rows());
    }

    std::vector<Uuid> best_of_tail(pg::Transaction& tx, const std::vector<double>& idf) const {
        pg::SparseVector weighted;
        for (const retrieval::Term& term : out_.question.by_dimension)
            weighted.entries.emplace_back(term.dimension, float(idf[term.at]));
        std::vector<Uuid> out;
        for (const pg::Row row : tx.query(sql::search_tail, org(), project(), scan_.scopes,
                                          weighted, std::int32_t(kPage)))
            out.push_back(row.get<Uuid>(0));
        return out;
    }

    std::vector<Uuid> near(pg::Transaction& tx) const {
        std::vector<Uuid> out;
        for (const pg::Row row :
             tx.query(sql::search_near, org(), project(), half(), model_, kNear))
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

    void add_meanings(pg::Transaction& tx, MessageReader& reader) {
        std::vector<Uuid> ids;
        for (const Item& item : reader.sheet().items) ids.push_back(item.id);
        reader.add_meanings(
            tx.query(sql::search_vectors_of, org(), project(), half(), model_, ids));
    }

    void summaries(pg::Transaction& tx) {
        retrieval::Sheet& sheet = out_.summaries;
        const auto read = [&](const pg::Result& rows) {
            read_summaries(sheet, rows, out_.question, context_.caller, scan_.only);
        };
        const pg::Result rows = tx.query(sql::search_summaries, org(), project(), scan_.scopes,
                                         half(), model_, summary_limit());
        read(rows);
        long_tails_ |= rows.rows() > limits::kTailMost;
        SegmentSearch segments = this->segments(tx, Kind::summary);
        retrieval::count_with_segments(sheet, segments.documents(), segments.frequency());
        segments.score(retrieval::term_rarity(sheet));
        best(tx, segments, [&](const std::vector<Uuid>& ids) {
            if (ids.empty()) return std::size_t(0);
            const pg::Result found = tx.query(sql::search_summary_rows, org(), project(),
                                              scan_.scopes, half(), model_, ids);
            read(found);
            return std::size_t(found.rows());
        });
    }

    api::Context& context_;
    const Scan& scan_;
    Candidates& out_;
    std::int32_t model_ = 0;
    bool understood_ = false;
    bool long_tails_ = false;
};

}  // namespace

Candidates candidates(api::Context& context, const Scan& scan) {
    Candidates out;
    Gathering gathering(context, scan, out);
    pg::Call call = call_of(context);
    if (!retrieval::known_to_have_segments(call.tenant, retrieval::Kind::message)) {
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
