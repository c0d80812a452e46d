#include "memory/model.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "base/error.hpp"
#include "base/log.hpp"
#include "embed/embedder.hpp"
#include "memory/sql.hpp"
#include "memory/store.hpp"
#include "pg/database.hpp"
#include "retrieval/search_stats.hpp"

namespace stele::memory {

namespace {

constexpr std::chrono::seconds kLookAgain{10};
// A write waits no longer than this for its vector; then the filler brings it.
constexpr std::chrono::milliseconds kEmbedInline{1500};

struct Cached {
    ActiveModel model;
    Deadline until{};
};
std::mutex cache_mutex;
std::map<std::uint64_t, Cached> cache;  // by Database::id()

ActiveModel look_up(api::Context& context) {
    const embed::ModelInfo& mine = context.embedder->info();
    pg::Result active = context.db.untenanted(context.deadline, sql::active_model);
    if (active.empty()) {
        context.db.untenanted(context.deadline, sql::register_model, mine.name, mine.dimensions,
                              mine.hash);
        active = context.db.untenanted(context.deadline, sql::active_model);
    }
    if (!active.empty() && active[0].get<std::string>(1) == mine.name &&
        active[0].get<std::string>(3) == mine.hash)
        return {int(active[0].get<std::int64_t>(0)), ""};
    const std::string theirs = active.empty() ? "another model" : active[0].get<std::string>(1);
    return {std::nullopt,
            fmt::format("the vectors of this database come from {}, this process has {}: configure "
                        "the same model, or run `stele memory reembed`",
                        theirs, mine.name)};
}

}  // namespace

ActiveModel active_model(api::Context& context) {
    if (!context.embedder)
        return {std::nullopt,
                "no embedder is configured: words are searched, meanings are not "
                "(./script/fetch-model brings the built-in model)"};
    {
        const std::lock_guard lock(cache_mutex);
        const auto found = cache.find(context.db.id());
        if (found != cache.end() && time_left(found->second.until).count() > 0)
            return found->second.model;
    }
    const ActiveModel model = look_up(context);
    if (!model.id) log::warn("{}", model.degraded);
    const std::lock_guard lock(cache_mutex);
    cache[context.db.id()] = {model, deadline_in(kLookAgain)};
    return model;
}

std::int64_t reembed(api::Context& context) {
    if (!context.embedder)
        throw Error(Code::configuration, "there is no embedder to make vectors with",
                    "set embedding.kind, or run ./script/fetch-model for the built-in one");
    const embed::ModelInfo& mine = context.embedder->info();
    const std::int64_t queued = context.db.transaction(call_of(context), [&](pg::Transaction& tx) {
        const auto known = tx.query(sql::activate_model, mine.name, mine.dimensions, mine.hash);
        const auto model = std::int32_t(known[0].get<std::int64_t>(0));
        tx.query(sql::set_active, model);
        return std::int64_t(
            tx.query(sql::enqueue_all, context.caller.org, context.caller.project, model)
                .affected());
    });
    const std::lock_guard lock(cache_mutex);
    cache.erase(context.db.id());
    return queued;
}

QueryMeaning meaning_of_query(api::Context& context, SearchMode mode, const std::string& text) {
    QueryMeaning out;
    if (mode == SearchMode::lexical) return out;
    const ActiveModel active = active_model(context);
    out.problem = active.degraded;
    if (active.id) {
        out.model = *active.id;
        const retrieval::ArmTimer timer(retrieval::Arm::vector);
        try {
            const std::string texts[] = {text};
            out.vector = std::move(
                context.embedder->embed(texts, embed::Purpose::query, context.deadline)[0]);
        } catch (const Error& error) {
            log::warn("searching without meanings: {}", error.what());
            out.problem = error.what();
        }
    }
    out.degraded = !out.vector;
    if (out.degraded) retrieval::count_degraded();
    return out;
}

std::optional<std::vector<float>> embed_document(api::Context& context, const std::string& text) {
    try {
        const std::string texts[] = {text};
        const auto until = std::min(context.deadline, deadline_in(kEmbedInline));
        return std::move(context.embedder->embed(texts, embed::Purpose::document, until)[0]);
    } catch (const Error& error) {
        log::warn("stored without a vector, the filler will bring it: {}", error.what());
        return std::nullopt;
    }
}

}  // namespace stele::memory
