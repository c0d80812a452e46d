#include "knowledge/memory/backfill.hpp"

#include <map>

#include "foundation/base/hash.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {

namespace {

constexpr std::int32_t kBatch = 64;
constexpr double kLeaseSeconds = 120;  // longer than any batch takes
constexpr double kNoModelSeconds = 30;

struct Entry {
    std::optional<Timestamp> queued;
    std::int32_t attempts = 0;
};
using Entries = std::map<Uuid, Entry>;

Entries take(runtime::Context& context, const pg::Call& call) {
    Entries out;
    for (const pg::Row row : context.db.once(call, sql::take_queued, call.tenant.org,
                                             call.tenant.project, kBatch, kLeaseSeconds))
        out[row.get<Uuid>(0)] = {row.get<Timestamp>(1), row.get<std::int32_t>(2)};
    return out;
}

struct Texts {
    std::vector<Uuid> ids;
    std::vector<std::string> texts;
};
Texts read(runtime::Context& context, const pg::Call& call, const Entries& entries) {
    std::vector<Uuid> ids;
    for (const auto& [id, entry] : entries) ids.push_back(id);
    Texts out;
    for (const pg::Row row :
         context.db.once(call, sql::contents, call.tenant.org, call.tenant.project, ids)) {
        out.ids.push_back(row.get<Uuid>(0));
        out.texts.push_back(row.get<std::string>(1));
    }
    return out;
}

// What becomes of each entry of a batch, as arrays.
struct BackfillOutcome {
    explicit BackfillOutcome(int model) : dead{kEmbeddingTask, "memory", model, {}, {}, {}} {}

    std::vector<Uuid> filled, ended, late;
    std::vector<std::string> hashes;
    std::vector<std::vector<float>> vectors;
    std::vector<std::optional<Timestamp>> ended_queued, late_queued;
    std::vector<std::int32_t> late_ms, late_attempts;
    background::Failures dead;

    void end(const Uuid& id, const Entry& entry) {
        ended.push_back(id);
        ended_queued.push_back(entry.queued);
    }
    void postpone(const Uuid& id, const Entry& entry, double seconds, int attempts) {
        late.push_back(id);
        late_queued.push_back(entry.queued);
        late_ms.push_back(std::int32_t(seconds * 1000));
        late_attempts.push_back(attempts);
    }
    void add(const Uuid& id, const Entry& entry, const std::string& text,
             const embed::Embedded& made) {
        if (made.vector) {
            filled.push_back(id);
            hashes.push_back(sha256_raw(text));
            vectors.push_back(*made.vector);
            end(id, entry);
        } else if (made.problem.empty()) {
            postpone(id, entry, 0, entry.attempts - 1);
        } else if (made.refused || entry.attempts >= kTextAttempts) {
            dead.add(id, made.problem, entry.attempts);
            end(id, entry);
        } else {
            postpone(id, entry, background::backoff_seconds(entry.attempts), entry.attempts);
        }
    }
};

void write(runtime::Context& context, const pg::Call& call, const vectors::FillModel& model,
           const BackfillOutcome& out) {
    const pg::Tenant& tenant = call.tenant;
    std::vector<pg::Bytes> hashes;
    for (const std::string& hash : out.hashes) hashes.push_back({hash});
    context.db.pipeline(call, [&](pg::Pipeline& p) {
        p.add(sql::add_vectors, tenant.org, tenant.project, std::int32_t(model.id), out.filled,
              hashes, out.vectors, model.active);
        p.add(sql::dequeue, tenant.org, tenant.project, out.ended, out.ended_queued);
        p.add(sql::postpone, tenant.org, tenant.project, out.late, out.late_queued, out.late_ms,
              out.late_attempts);
        background::drop(p, tenant, out.filled);
        background::set_aside(p, tenant, out.dead);
    });
}

std::optional<double> next_due(runtime::Context& context, const pg::Call& call) {
    const pg::Result rows =
        context.db.once(call, sql::next_queued, call.tenant.org, call.tenant.project);
    if (rows.empty()) return std::nullopt;
    return rows[0].get<double>(0);
}

background::Progress fill(runtime::Context& context) {
    const std::optional<vectors::FillModel> model = vectors::fill_model(context);
    if (!model) return {0, kNoModelSeconds};
    const pg::Call call = call_of(context);
    const Entries entries = take(context, call);
    if (entries.empty()) return {0, next_due(context, call)};
    const Texts batch = read(context, call, entries);
    const embed::EmbeddedBatch made = embed::embed_each(*context.embedder, batch.texts,
                                                        embed::Purpose::document, context.deadline);
    BackfillOutcome out(model->id);
    Entries gone = entries;  // forgotten, so their entries have gone too
    for (std::size_t i = 0; i < batch.ids.size(); ++i) {
        const Uuid& id = batch.ids[i];
        out.add(id, entries.at(id), batch.texts[i], made.texts[i]);
        gone.erase(id);
    }
    for (const auto& [id, entry] : gone) out.end(id, entry);
    write(context, {call.tenant, deadline_in(std::chrono::seconds(10))}, *model, out);
    if (!made.problem.empty()) throw background::Pause(made.problem, made.retry_after);
    return {std::int64_t(out.ended.size()), 0};
}

void retry(runtime::Context& context, std::string_view kind, const std::vector<Uuid>& ids) {
    if (kind == "memory")
        context.db.once(call_of(context), sql::enqueue, context.caller.org, context.caller.project,
                        ids);
}

}  // namespace

background::Task embedding_task() {
    return {std::string(kEmbeddingTask), fill, retry, kLeaseSeconds};
}

std::int64_t fill_some(runtime::Context& context) {
    const auto ran = background::run_some(context, embedding_task());
    return ran ? ran->done : 0;
}

std::int64_t fill_all(runtime::Context& context) {
    return background::run_all(context, embedding_task(), double(queue_age(context).waiting),
                               "vectors");
}

void ask_queue_age(pg::Pipeline& pipeline) {
    pipeline.add(sql::queue_age);
}

QueueAge queue_age_in(std::span<const pg::Result> answers) {
    return {answers[0][0].get<std::int64_t>(0), answers[0][0].get<double>(1)};
}

QueueAge queue_age(runtime::Context& context) {
    return queue_age_in(context.db.pipeline({{}, context.deadline}, ask_queue_age));
}

}  // namespace stele::memory
