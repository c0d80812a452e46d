#include "knowledge/conversations/candidates.hpp"

#include "foundation/base/limits.hpp"
#include "knowledge/conversations/large.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/retrieval/fold.hpp"
#include "knowledge/retrieval/gather.hpp"
#include "knowledge/retrieval/search_stats.hpp"

namespace stele::conversations {

namespace {

using retrieval::Arm;
using retrieval::ArmTimer;
using retrieval::Kind;

// One search on its way.
class Gathering {
  public:
    Gathering(runtime::Context& context, const Scan& scan, Candidates& out)
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
                                             scan_.messages ? limits::kCandidateSet : 0));
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

    // Whoever meets a tail that is too long asks for a fold, after its own work.
    void ask_folds() const {
        if (!long_tails_ && !retrieval::sample_rarely()) return;
        for (const Kind kind : {Kind::message, Kind::summary})
            retrieval::ask_fold(context_.db, call_of(context_), kind);
    }

  private:
    const Uuid& org() const { return context_.caller.org; }
    const Uuid& project() const { return context_.caller.project; }
    std::int32_t message_limit() const { return scan_.messages ? limits::kCandidateSet : 0; }
    std::int32_t summary_limit() const { return scan_.summaries ? limits::kCandidateSet : 0; }
    std::optional<pg::HalfVector> half() const {
        if (!out_.meaning.vector) return std::nullopt;
        return pg::HalfVector{*out_.meaning.vector};
    }

    // The folder has not caught up: the tail is longer than what is read of it.
    bool overflows() const { return out_.rows[0].rows() >= limits::kCandidateSet; }

    void understand() { out_.understand(scan_, people_in(out_.rows[0])); }

    runtime::Context& context_;
    const Scan& scan_;
    Candidates& out_;
    bool long_tails_ = false;
};

}  // namespace

Candidates candidates(runtime::Context& context, const Scan& scan, ConcurrentTask& concurrent) {
    Candidates out;
    Gathering gathering(context, scan, out);
    if (scan.only.thread) {
        const ArmTimer timer(Arm::sheet);
        concurrent.begin();
        gathering.one_thread();
        return out;
    }
    const pg::Tenant tenant = call_of(context).tenant;
    if (!retrieval::known_to_have_segments(context.db, tenant, retrieval::Kind::message)) {
        const ArmTimer timer(Arm::sheet);
        concurrent.begin();
        if (gathering.small()) {
            gathering.ask_folds();
            return out;
        }
    }
    const ArmTimer timer(Arm::segments);
    gather_large(context, scan, concurrent, out);
    gathering.ask_folds();
    return out;
}

}  // namespace stele::conversations
