#include "chat/sheet.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace stele::chat {

namespace {

constexpr int kGroup = 6;
enum Part : std::int32_t { kOwn = 0, kNeighbours = 1, kGroupOfSix = 2 };

using retrieval::Item;
using retrieval::Setting;
using retrieval::Sheet;

bool is_person(std::string_view speaker) {
    constexpr std::array<std::string_view, 5> kRoles{"user", "assistant", "system", "tool",
                                                     "human"};
    return !speaker.starts_with("agent:") && std::ranges::find(kRoles, speaker) == kRoles.end();
}

// Numbers the threads of a sheet as they come.
class Threads {
  public:
    std::int32_t number_of(const Uuid& thread) {
        return known_.try_emplace(thread, std::int32_t(known_.size())).first->second;
    }

  private:
    std::unordered_map<Uuid, std::int32_t> known_;
};

std::uint64_t hits_of(std::string_view pairs, const std::vector<std::int32_t>& asked) {
    std::uint64_t out = 0;
    if (asked.empty()) return out;
    pg::for_each_integer(pairs, [&](std::int32_t pair) {
        const auto found = std::ranges::lower_bound(asked, pair);
        if (found != asked.end() && *found == pair) out |= 1ULL << (found - asked.begin());
    });
    return out;
}

Sheet room_for(const pg::Result& rows, const retrieval::Question& question) {
    Sheet out;
    out.terms = question.terms.size();
    out.items.resize(std::size_t(rows.rows()));
    out.weights.resize(out.items.size() * out.terms);
    return out;
}

bool in_time(const Only& only, Timestamp at) {
    return (!only.since || at >= *only.since) && (!only.until || at < *only.until);
}

}  // namespace

std::vector<std::string> people_in(const pg::Result& messages) {
    std::vector<std::string> out;
    for (const pg::Row row : messages) {
        const std::string_view speaker = row.raw(6);
        if (is_person(speaker) && std::ranges::find(out, speaker) == out.end())
            out.emplace_back(speaker);
    }
    return out;
}

Sheet read_messages(const pg::Result& messages, const retrieval::Question& question,
                    const api::Caller& caller, const Only& only) {
    Sheet out = room_for(messages, question);
    out.pair_hits.resize(out.items.size());
    Threads threads;
    for (std::size_t i = 0; i < out.items.size(); ++i) {
        const pg::Row row = messages[int(i)];
        Item& item = out.items[i];
        item.kind = retrieval::Kind::message;
        item.id = row.get<Uuid>(0);
        retrieval::read_weights(row.raw(1), question.by_dimension,
                                out.weights.data() + i * out.terms);
        item.at = row.get<Timestamp>(2);
        item.own_scope = caller.scope != "global" && row.raw(3) == caller.scope;
        const Uuid thread = row.get<Uuid>(4);
        item.thread = threads.number_of(thread);
        item.seq = std::int32_t(row.get<std::int32_t>(5));
        const std::string_view speaker = row.raw(6);
        item.words = std::int32_t(row.get<std::int32_t>(7));
        out.pair_hits[i] = hits_of(row.raw(8), question.pairs);
        if (!row.is_null(9)) item.text = row.raw(9);
        const bool spoken = row.raw(10) == "message";
        item.setting = spoken && !item.text.empty() && is_person(speaker) ? Setting::dialogue
                                                                          : Setting::assistant;
        item.asks = item.text.find('?') != std::string_view::npos;
        item.by_user = speaker == "user" || speaker == "human";
        item.named = question.named.size() == 1 && question.named[0] == speaker;
        item.eligible = (!only.thread || *only.thread == thread) &&
                        (!only.speaker || *only.speaker == speaker) && in_time(only, item.at);
    }
    return out;
}

void add_meanings(Sheet& sheet, const pg::Result& vectors) {
    std::unordered_map<Uuid, std::size_t> at;
    at.reserve(sheet.items.size());
    for (std::size_t i = 0; i < sheet.items.size(); ++i) at.emplace(sheet.items[i].id, i);
    const auto group_of = [](const Item& item) {
        return std::uint64_t(std::uint32_t(item.thread)) << 32 |
               std::uint32_t((item.seq - 1) / kGroup);
    };
    std::unordered_map<std::uint64_t, float> groups;
    for (const pg::Row row : vectors) {
        const auto found = at.find(row.get<Uuid>(0));
        if (found == at.end()) continue;
        Item& item = sheet.items[found->second];
        const float cosine = float(1 - row.get<double>(2));
        switch (row.get<std::int32_t>(1)) {
            case kOwn:
                item.cosine[retrieval::kOwn] = cosine;
                break;
            case kNeighbours:
                item.cosine[retrieval::kWindow] = cosine;
                break;
            case kGroupOfSix:
                groups[group_of(item)] = cosine;
                break;
            default:
                break;
        }
    }
    for (Item& item : sheet.items)
        if (const auto found = groups.find(group_of(item)); found != groups.end())
            item.cosine[retrieval::kGroup] = found->second;
}

Sheet read_summaries(const pg::Result& summaries, const retrieval::Question& question,
                     const api::Caller& caller, const Only& only) {
    Sheet out = room_for(summaries, question);
    for (std::size_t i = 0; i < out.items.size(); ++i) {
        const pg::Row row = summaries[int(i)];
        Item& item = out.items[i];
        item.kind = retrieval::Kind::summary;
        item.id = row.get<Uuid>(0);
        retrieval::read_weights(row.raw(1), question.by_dimension,
                                out.weights.data() + i * out.terms);
        item.at = row.get<Timestamp>(2);
        item.own_scope = caller.scope != "global" && row.raw(3) == caller.scope;
        item.words = std::int32_t(row.get<std::int32_t>(5));
        if (const auto distance = row.get<std::optional<double>>(6))
            item.cosine[retrieval::kOwn] = float(1 - *distance);
        item.eligible = (!only.thread || *only.thread == row.get<Uuid>(4)) && !only.speaker &&
                        in_time(only, item.at);
    }
    return out;
}

}  // namespace stele::chat
