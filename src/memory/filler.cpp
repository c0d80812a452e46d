#include "memory/filler.hpp"

#include <map>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "embed/embedder.hpp"
#include "memory/model.hpp"
#include "memory/sql.hpp"
#include "memory/store.hpp"

namespace stele::memory {

namespace {

constexpr std::int32_t kBunch = 64;
constexpr double kComeBackSeconds = 120;  // longer than any bunch takes

using Tenants = std::map<std::pair<Uuid, Uuid>, std::vector<Uuid>>;

// Entries of any tenant; the transaction itself has none, so it sees ids and nothing else.
Tenants take(api::Context& context, int& taken) {
    const auto results = context.db.pipeline({{}, context.deadline}, [&](pg::Pipeline& p) {
        p.add(sql::open_worker);
        p.add(sql::take_queued, kBunch, kComeBackSeconds);
    });
    Tenants out;
    for (const pg::Row row : results[1])
        out[{row.get<Uuid>(0), row.get<Uuid>(1)}].push_back(row.get<Uuid>(2));
    taken = results[1].rows();
    return out;
}

void fill_tenant(api::Context& context, int model, const pg::Tenant& tenant,
                 const std::vector<Uuid>& ids) {
    const pg::Call call{tenant, context.deadline};
    std::vector<Uuid> found;
    std::vector<std::string> texts, hashes;
    for (const pg::Row row :
         context.db.once(call, sql::contents, tenant.org, tenant.project, ids)) {
        found.push_back(row.get<Uuid>(0));
        texts.push_back(row.get<std::string>(1));
        hashes.push_back(sha256_raw(texts.back()));
    }
    const auto vectors =
        texts.empty() ? std::vector<std::vector<float>>{}
                      : context.embedder->embed(texts, embed::Purpose::document, context.deadline);
    std::vector<pg::Bytes> hash_bytes;
    for (const std::string& hash : hashes) hash_bytes.push_back({hash});
    context.db.pipeline(call, [&](pg::Pipeline& p) {
        p.add(sql::add_vectors, tenant.org, tenant.project, model, found, hash_bytes, vectors);
        p.add(sql::dequeue, tenant.org, tenant.project, ids);
    });
}

}  // namespace

int fill_some(api::Context& context) {
    const ActiveModel model = active_model(context);
    if (!model.id) return 0;
    int taken = 0;
    for (const auto& [tenant, ids] : take(context, taken))
        fill_tenant(context, *model.id, {tenant.first, tenant.second}, ids);
    return taken;
}

std::int64_t fill_all(api::Context& context) {
    const std::int64_t waiting = queue_age(context).waiting;
    std::int64_t done = 0;
    while (time_left(context.deadline).count() > 0 && !context.cancelled.stop_requested()) {
        const int taken = fill_some(context);
        if (taken == 0) break;
        done += taken;
        if (context.progress) context.progress({double(done), double(waiting), "vectors"});
    }
    return done;
}

void ask_queue_age(pg::Pipeline& pipeline) {
    pipeline.add(sql::open_worker);
    pipeline.add(sql::queue_age);
}

QueueAge queue_age_in(std::span<const pg::Result> answers) {
    return {answers[1][0].get<std::int64_t>(0), answers[1][0].get<double>(1)};
}

QueueAge queue_age(api::Context& context) {
    return queue_age_in(context.db.pipeline({{}, context.deadline}, ask_queue_age));
}

Filler::Filler(api::Background::MakeContext make_context)
    : background_("vectors wait", std::move(make_context), fill_some) {}

}  // namespace stele::memory
