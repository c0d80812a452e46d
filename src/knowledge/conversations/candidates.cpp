#include "knowledge/conversations/candidates.hpp"

#include "foundation/base/limits.hpp"
#include "knowledge/conversations/segment_search.hpp"
#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/retrieval/gather.hpp"
#include "knowledge/retrieval/search_stats.hpp"
#include "knowledge/retrieval/segment_steps.hpp"

namespace stele::conversations {

namespace {

using retrieval::Arm;
using retrieval::ArmTimer;

// One search on its way.
class Gathering {
  public:
    Gathering(runtime::Context& context, const CandidateQuery& scan, Candidates& out)
        : context_(context), scan_(scan), out_(out) {}

    // Most searches: nothing was ever indexed, and all there is comes in two round trips.
    bool small() {
        const pg::Call call = call_of(context_);
        auto results = context_.db.pipeline(call, [&](pg::Pipeline& p) {
            p.add(sql::search_candidates, org(), project(), scan_.scopes, message_limit());
            retrieval::ask_any_segments(p, call.tenant, retrieval::Kind::message);
            retrieval::ask_any_segments(p, call.tenant, retrieval::Kind::summary);
        });
        many_unindexed_ = results[0].rows() > limits::kUnindexedMost;
        out_.rows.push_back(std::move(results[0]));
        understand();
        if (retrieval::any_segments(results[1]) || retrieval::any_segments(results[2])) {
            retrieval::remember_segments(context_.db, call.tenant, retrieval::Kind::message);
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
        out_.messages = std::move(reader.candidates());
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
                      ids_of(reader.candidates()));
        });
        if (out_.meaning.vector) reader.add_meanings(results[1]);
        out_.messages = std::move(reader.candidates());
        if (scan_.summaries)
            read_summaries(out_.summaries, results[0], out_.question, context_.caller, scan_.only);
    }

    // A search that meets too many unindexed items asks for indexing, after its own work.
    void request_indexing() const {
        if (!many_unindexed_ && !retrieval::sample_rarely()) return;
        for (const retrieval::Kind kind : {retrieval::Kind::message, retrieval::Kind::summary})
            retrieval::request_indexing(context_.db, call_of(context_), kind);
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

    // The segment builder has not caught up: there are more unindexed items than are read.
    bool overflows() const { return out_.rows[0].rows() >= limits::kCandidateSet; }

    void understand() { out_.understand(scan_, people_in(out_.rows[0])); }

    runtime::Context& context_;
    const CandidateQuery& scan_;
    Candidates& out_;
    bool many_unindexed_ = false;
};

}  // namespace

Candidates candidates(runtime::Context& context, const CandidateQuery& scan,
                      ConcurrentTask& concurrent) {
    Candidates out;
    Gathering gathering(context, scan, out);
    if (scan.only.thread) {
        const ArmTimer timer(Arm::candidates);
        concurrent.begin();
        gathering.one_thread();
        return out;
    }
    const pg::Tenant tenant = call_of(context).tenant;
    if (!retrieval::known_to_have_segments(context.db, tenant, retrieval::Kind::message)) {
        const ArmTimer timer(Arm::candidates);
        concurrent.begin();
        if (gathering.small()) {
            gathering.request_indexing();
            return out;
        }
    }
    const ArmTimer timer(Arm::segments);
    gather_from_segments(context, scan, concurrent, out);
    gathering.request_indexing();
    return out;
}

}  // namespace stele::conversations
