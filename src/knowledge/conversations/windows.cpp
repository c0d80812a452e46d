#include "knowledge/conversations/windows.hpp"

#include <set>

namespace stele::conversations {

namespace {

int group_of(int seq) {
    return (seq - 1) / kGroup;
}

using Texts = std::map<std::int32_t, Text>;

// The texts from `first` to `last` as one.
Window joined(const Uuid& message, int part, int first, int last, const Texts& texts) {
    Window out{message, part, first, last, 0, ""};
    for (auto at = texts.lower_bound(first); at != texts.end() && at->first <= last; ++at) {
        if (out.members++ > 0) out.text += '\n';
        out.text += at->second.content;
    }
    return out;
}

}  // namespace

std::vector<std::int32_t> places_around(std::span<const std::int32_t> due) {
    std::set<std::int32_t> out;
    for (const int seq : due) {
        for (int near = seq - 2; near <= seq + 1; ++near) out.insert(near);
        const int first = group_of(seq) * kGroup + 1;
        for (int member = first; member < first + kGroup; ++member) out.insert(member);
    }
    return {out.begin(), out.end()};
}

std::vector<Window> windows_of(std::span<const std::int32_t> due, const Texts& texts) {
    std::vector<Window> out;
    std::set<int> among, groups;
    for (const int seq : due) {
        if (const auto own = texts.find(seq); own != texts.end())
            out.push_back({own->second.id, kOwn, seq, seq, 1, own->second.content});
        among.insert({seq - 1, seq});
        groups.insert(group_of(seq));
    }
    for (const int seq : among) {
        const auto own = texts.find(seq);
        if (own != texts.end() && own->second.dialogue)
            out.push_back(joined(own->second.id, kNeighbours, seq - 1, seq + 1, texts));
    }
    for (const int group : groups) {
        const int first = group * kGroup + 1, last = first + kGroup - 1;
        const auto holder = texts.lower_bound(first);
        if (holder != texts.end() && holder->first <= last && holder->second.dialogue)
            out.push_back(joined(holder->second.id, kGroupOfSix, first, last, texts));
    }
    return out;
}

}  // namespace stele::conversations
