#include "knowledge/vectors/model.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/embed/embedder.hpp"
#include "foundation/pg/database.hpp"
#include "knowledge/retrieval/search_stats.hpp"
#include "knowledge/vectors/sql.hpp"

namespace stele::vectors {

namespace {

constexpr std::chrono::seconds kLookAgain{10};
// A write waits no longer than this for its vector; then the backfill brings it.
constexpr std::chrono::milliseconds kEmbedInline{1500};
constexpr std::size_t kBytesPerToken = 3;  // English has four; other languages and code have less
constexpr std::size_t kSpaceNearby = 40;

struct Models {
    ActiveModel active;
    std::optional<FillModel> fill;
};
struct Cached {
    Models models;
    Deadline until{};
};
std::mutex cache_mutex;
std::map<std::uint64_t, Cached> cache;  // by Database::id()

Models look_up(runtime::Context& context) {
    const embed::ModelInfo& mine = context.embedder->info();
    const auto is_mine = [&](const pg::Row& row) {
        return row.get<std::string>(1) == mine.name && row.get<std::string>(3) == mine.hash;
    };
    pg::Result known = context.db.untenanted(context.deadline, sql::active_model);
    if (known.empty()) {
        context.db.untenanted(context.deadline, sql::register_model, mine.name, mine.dimensions,
                              mine.hash);
        known = context.db.untenanted(context.deadline, sql::active_model);
    }
    Models out;
    std::string theirs = "another model";
    for (const pg::Row row : known) {
        const int id = int(row.get<std::int32_t>(0));
        const bool active = row.get<bool>(4);
        out.fill = is_mine(row) ? std::optional(FillModel{id, active}) : std::nullopt;
        if (active && is_mine(row)) out.active.id = id;
        if (active) theirs = row.get<std::string>(1);
    }
    if (!out.active.id)
        out.active.degraded = fmt::format(
            "the vectors of this database come from {}, this process has {}: configure the same "
            "model, or the operator runs `stele memory reembed`",
            theirs, mine.name);
    return out;
}

Models models(runtime::Context& context) {
    {
        const std::lock_guard lock(cache_mutex);
        const auto found = cache.find(context.db.id());
        if (found != cache.end() && time_left(found->second.until).count() > 0)
            return found->second.models;
    }
    Models out = look_up(context);
    if (!out.active.id) log::warn("{}", out.active.degraded);
    const std::lock_guard lock(cache_mutex);
    cache[context.db.id()] = {out, deadline_in(kLookAgain)};
    return out;
}

}  // namespace

ActiveModel active_model(runtime::Context& context) {
    if (!context.embedder)
        return {std::nullopt,
                "no embedder is configured: words are searched, meanings are not "
                "(./script/fetch-model brings the built-in model)"};
    return models(context).active;
}

std::optional<FillModel> fill_model(runtime::Context& context) {
    return context.embedder ? models(context).fill : std::nullopt;
}

void forget_active_model(runtime::Context& context) {
    const std::lock_guard lock(cache_mutex);
    cache.erase(context.db.id());
}

QueryMeaning meaning_of_query(runtime::Context& context, SearchMode mode, const std::string& text) {
    QueryMeaning out;
    if (mode == SearchMode::lexical) return out;
    const ActiveModel active = active_model(context);
    out.problem = active.degraded;
    if (active.id) {
        out.model = *active.id;
        const retrieval::ArmTimer timer(retrieval::Arm::vector);
        try {
            const auto window = std::size_t(context.embedder->info().max_tokens) * kBytesPerToken;
            const std::string texts[] = {head_and_tail(text, window)};
            out.cut = texts[0].size() < text.size();
            out.vector = std::move(
                context.embedder->embed(texts, embed::Purpose::query, context.deadline)[0]);
            if (embed::is_unreadable(*out.vector)) {
                out.vector.reset();
                out.problem =
                    "the embedding model cannot read the question: most of its words are unknown "
                    "to it, so words alone were searched";
            }
        } catch (const Error& error) {
            log::warn("searching without meanings: {}", error.what());
            out.problem = error.what();
        }
    }
    out.degraded = !out.vector;
    if (out.degraded) retrieval::count_degraded();
    return out;
}

std::string head_and_tail(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return std::string(text);
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    };
    std::size_t head = bytes / 2, tail = text.size() - (bytes - head) + 1;
    if (const auto space = text.find_last_of(" \t\n", head);
        space != std::string_view::npos && space + kSpaceNearby > head)
        head = space;
    if (const auto space = text.find_first_of(" \t\n", tail);
        space != std::string_view::npos && space < tail + kSpaceNearby)
        tail = space + 1;
    while (head > 0 && continues(head)) --head;
    while (tail < text.size() && continues(tail)) ++tail;
    std::string out(text.substr(0, head));
    out += ' ';
    out += text.substr(tail);
    return out;
}

std::string lacking_vectors(bool waiting, std::string_view items) {
    if (waiting)
        return fmt::format(
            "some {} have no vector yet: until it comes they are found by their "
            "words alone",
            items);
    return fmt::format(
        "of some {} no vector could be made: they are found by their words alone; "
        "`stele background list` says why",
        items);
}

std::optional<std::vector<float>> embed_document(runtime::Context& context,
                                                 const std::string& text) {
    try {
        const std::string texts[] = {text};
        const auto until = std::min(context.deadline, deadline_in(kEmbedInline));
        return std::move(context.embedder->embed(texts, embed::Purpose::document, until)[0]);
    } catch (const Error& error) {
        log::warn("stored without a vector, the backfill will bring it: {}", error.what());
        return std::nullopt;
    }
}

}  // namespace stele::vectors
