#include "knowledge/memory/reembed.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/embed/embedder.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/sql.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {

namespace {

constexpr std::int32_t kPage = 5000;
constexpr int kRounds = 5;  // tenants that write with the old model meanwhile are filled again

std::int64_t queue_missing(runtime::Context& context, int model, bool) {
    std::int64_t queued = 0;
    Uuid after;
    for (;;) {
        const pg::Result page =
            context.db.once(call_of(context), sql::enqueue_all, context.caller.org,
                            context.caller.project, std::int32_t(model), after, kPage);
        queued += page[0].get<std::int64_t>(0);
        const auto last = page[0].get<std::optional<Uuid>>(1);
        if (!last) return queued;
        after = *last;
    }
}

std::int64_t drop_others(runtime::Context& context, int model) {
    return std::int64_t(context.db
                            .once(call_of(context), sql::drop_other_vectors, context.caller.org,
                                  context.caller.project, std::int32_t(model), kPage)
                            .affected());
}

struct Target {
    int id;
    bool active;
};
Target begin(runtime::Context& context) {
    const embed::ModelInfo& mine = context.embedder->info();
    const Target out = context.db.transaction({{}, context.deadline}, [&](pg::Transaction& tx) {
        const auto known = tx.query(sql::begin_reembed, mine.name, mine.dimensions, mine.hash);
        const auto id = known[0].get<std::int32_t>(0);
        tx.query(sql::mark_filling, id);
        return Target{id, known[0].get<bool>(1)};
    });
    vectors::forget_active_model(context);
    return out;
}

void activate(runtime::Context& context, int model) {
    context.db.transaction({{}, context.deadline}, [&](pg::Transaction& tx) {
        tx.query(sql::retire_models, std::int32_t(model));
        tx.query(sql::activate_model, std::int32_t(model));
    });
    vectors::forget_active_model(context);
}

class Run {
  public:
    Run(runtime::Context& context, const std::vector<Refill>& refills,
        std::vector<pg::Tenant> tenants, ReembedOutput& out)
        : context_(context), refills_(refills), out_(out), tenants_(std::move(tenants)) {
        out_.tenants = std::int64_t(tenants_.size());
    }

    // Whether nobody lacks a vector any more; otherwise out.message says why.
    bool fill(const Target& target) {
        for (int round = 0; round < kRounds; ++round) {
            const std::int64_t lacking = queue(target);
            if (lacking == 0) return true;
            if (round == 0) out_.queued += lacking;
            if (!work(lacking)) return false;
        }
        out_.message =
            "some vectors are still missing: the endpoint fails over their texts, or somebody "
            "writes with another model; run it again";
        return false;
    }

    void drop(const Target& target) {
        each([&](runtime::Context& tenant, const Refill& refill) {
            while (const std::int64_t dropped = refill.drop_others(tenant, target.id))
                out_.dropped += dropped;
        });
    }

  private:
    void each(const std::function<void(runtime::Context&, const Refill&)>& action) {
        for (const pg::Tenant& tenant : tenants_)
            for (const Refill& refill : refills_) {
                runtime::Context theirs = background::context_of(context_, tenant);
                action(theirs, refill);
            }
    }

    std::int64_t queue(const Target& target) {
        std::int64_t queued = 0;
        each([&](runtime::Context& tenant, const Refill& refill) {
            queued += refill.queue(tenant, target.id, target.active);
        });
        return queued;
    }

    bool work(std::int64_t lacking) {
        try {
            for (const Refill& refill : refills_)
                out_.done += background::run_all(context_, refill.task, double(lacking), "vectors");
        } catch (const background::Pause& pause) {
            out_.message = fmt::format(
                "{}; what is queued waits: `stele serve` goes on, or run "
                "it again",
                pause.what());
            return false;
        }
        if (time_left(context_.deadline).count() > 0 && !context_.cancelled.stop_requested())
            return true;
        out_.message = "there was not enough time; run it again, or let `stele serve` go on";
        return false;
    }

    runtime::Context& context_;
    const std::vector<Refill>& refills_;
    ReembedOutput& out_;
    const std::vector<pg::Tenant> tenants_;
};

}  // namespace

Refill refill() {
    return {embedding_task(), queue_missing, drop_others};
}

ReembedOutput reembed(runtime::Context& context, const std::vector<Refill>& refills,
                      const ListTenants& tenants) {
    if (!context.embedder)
        throw Error(Code::configuration, "there is no embedder to make vectors with",
                    "set embedding.kind, or run ./script/fetch-model for the built-in one");
    ReembedOutput out;
    out.model = context.embedder->info().name;
    Run run(context, refills, tenants(context), out);
    Target target = begin(context);
    if (!target.active) {
        if (!run.fill(target)) return out;
        activate(context, target.id);
        target.active = true;
    }
    out.active = true;
    // What was written while the model changed, and what only the active model has.
    const bool whole = run.fill(target);
    run.drop(target);
    if (whole) out.message = "every memory and message that a vector could be made of has one";
    return out;
}

}  // namespace stele::memory
