#include "knowledge/conversations/candidate_set.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "knowledge/conversations/windows.hpp"

namespace stele::conversations {

namespace {

using retrieval::CandidateSet;
using retrieval::Item;
using retrieval::Setting;

bool is_person(std::string_view speaker) {
    constexpr std::array<std::string_view, 5> kRoles{"user", "assistant", "system", "tool",
                                                     "human"};
    return !speaker.starts_with("agent:") && std::ranges::find(kRoles, speaker) == kRoles.end();
}

std::uint64_t hits_of(std::string_view pairs, const std::vector<std::int32_t>& asked) {
    std::uint64_t out = 0;
    if (asked.empty()) return out;
    pg::for_each_integer(pairs, [&](std::int32_t pair) {
        const auto found = std::ranges::lower_bound(asked, pair);
        if (found != asked.end() && *found == pair) out |= 1ULL << (found - asked.begin());
    });
    return out;
}

// Room for one more item; its weights are filled from `lexemes`.
Item& begin_item(CandidateSet& candidates, const pg::Row& row, const retrieval::Question& question,
                 const runtime::Caller& caller) {
    Item& item = candidates.items.emplace_back();
    candidates.weights.resize(candidates.items.size() * candidates.terms);
    retrieval::read_weights(
        row.raw(1), question.by_dimension,
        candidates.weights.data() + (candidates.items.size() - 1) * candidates.terms);
    item.id = row.get<Uuid>(0);
    item.at = row.get<Timestamp>(2);
    item.own_scope = caller.scope != "global" && row.raw(3) == caller.scope;
    return item;
}

void make_room(CandidateSet& candidates, const pg::Result& rows,
               const retrieval::Question& question) {
    candidates.terms = question.terms.size();
    candidates.items.reserve(candidates.items.size() + std::size_t(rows.rows()));
    candidates.weights.reserve(candidates.items.capacity() * candidates.terms);
}

bool in_time(const Only& only, Timestamp at) {
    return (!only.since || at >= *only.since) && (!only.until || at < *only.until);
}

}  // namespace

bool is_dialogue(std::string_view speaker, std::string_view kind, bool is_short) {
    return is_short && kind == "message" && is_person(speaker);
}

void add_person(std::vector<std::string>& people, std::string_view speaker) {
    if (is_person(speaker) && std::ranges::find(people, speaker) == people.end())
        people.emplace_back(speaker);
}

std::vector<std::string> people_in(const pg::Result& messages) {
    std::vector<std::string> out;
    for (const pg::Row row : messages) add_person(out, row.raw(6));
    return out;
}

std::vector<Uuid> ids_of(const CandidateSet& candidates) {
    std::vector<Uuid> out;
    for (const Item& item : candidates.items) out.push_back(item.id);
    return out;
}

std::int32_t MessageReader::number_of(const Uuid& thread) {
    const auto [found, fresh] = numbers_.try_emplace(thread, std::int32_t(threads_.size()));
    if (fresh) threads_.push_back(thread);
    return found->second;
}

void MessageReader::add(const pg::Result& rows) {
    make_room(candidates_, rows, question_);
    candidates_.pair_hits.reserve(candidates_.items.capacity());
    for (const pg::Row row : rows) add_row(row);
}

void MessageReader::add_row(const pg::Row& row) {
    Item& item = begin_item(candidates_, row, question_, caller_);
    item.kind = retrieval::Kind::message;
    const Uuid thread = row.get<Uuid>(4);
    item.thread = number_of(thread);
    item.seq = row.get<std::int32_t>(5);
    const std::string_view speaker = row.raw(6);
    item.words = row.get<std::int32_t>(7);
    candidates_.pair_hits.push_back(hits_of(row.raw(8), question_.pairs));
    if (!row.is_null(9)) item.text = row.raw(9);
    item.setting = is_dialogue(speaker, row.raw(10), !item.text.empty()) ? Setting::dialogue
                                                                         : Setting::assistant;
    item.asks = item.text.find('?') != std::string_view::npos;
    item.by_user = speaker == "user" || speaker == "human";
    item.named = question_.named.size() == 1 && question_.named[0] == speaker;
    item.eligible = (!only_.thread || *only_.thread == thread) &&
                    (!only_.speaker || *only_.speaker == speaker) && in_time(only_, item.at);
}

void MessageReader::add_meanings(const pg::Result& vectors) {
    CandidateSet& candidates = candidates_;
    std::unordered_map<Uuid, std::size_t> at;
    at.reserve(candidates.items.size());
    for (std::size_t i = 0; i < candidates.items.size(); ++i) at.emplace(candidates.items[i].id, i);
    const auto group_of = [](const Item& item) {
        return std::uint64_t(std::uint32_t(item.thread)) << 32 |
               std::uint32_t((item.seq - 1) / kGroup);
    };
    std::unordered_map<std::uint64_t, float> groups;
    for (const pg::Row row : vectors) {
        const auto found = at.find(row.get<Uuid>(0));
        if (found == at.end()) continue;
        Item& item = candidates.items[found->second];
        const float cosine = retrieval::cosine_at(row.get<double>(2));
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
    for (Item& item : candidates.items)
        if (const auto found = groups.find(group_of(item)); found != groups.end())
            item.cosine[retrieval::kGroup] = found->second;
}

void read_summaries(CandidateSet& candidates, const pg::Result& summaries,
                    const retrieval::Question& question, const runtime::Caller& caller,
                    const Only& only) {
    make_room(candidates, summaries, question);
    for (const pg::Row row : summaries) {
        Item& item = begin_item(candidates, row, question, caller);
        item.kind = retrieval::Kind::summary;
        item.words = row.get<std::int32_t>(5);
        if (const auto distance = row.get<std::optional<double>>(6))
            item.cosine[retrieval::kOwn] = retrieval::cosine_at(*distance);
        item.eligible = (!only.thread || *only.thread == row.get<Uuid>(4)) && !only.speaker &&
                        in_time(only, item.at);
    }
}

}  // namespace stele::conversations
