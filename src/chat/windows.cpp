#include "chat/windows.hpp"

#include <set>
#include <string_view>

namespace stele::chat {

namespace {

int group_of(int seq) {
    return (seq - 1) / kGroup;
}

// The text cut after every kChunkWords words.
std::vector<std::string_view> chunks_of(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    std::vector<std::string_view> out;
    std::size_t start = text.find_first_not_of(kSpace);
    while (start != std::string_view::npos) {
        std::size_t end = start, next = start;
        for (int words = 0; words < kChunkWords && next != std::string_view::npos; ++words) {
            end = std::min(text.find_first_of(kSpace, next), text.size());
            next = text.find_first_not_of(kSpace, end);
        }
        out.push_back(text.substr(start, end - start));
        start = next;
    }
    if (out.empty()) out.push_back(text);
    return out;
}

bool is_long(const Text& text) {
    return chunks_of(text.content).size() > 1;
}

using Texts = std::map<std::int32_t, Text>;

void add_own(int seq, const Text& text, std::vector<Window>& out) {
    const auto chunks = chunks_of(text.content);
    for (int i = 0; i < int(chunks.size()) && i <= kMoreChunks; ++i)
        out.push_back({text.id, i == 0 ? kOwn : kFirstChunk + i - 1, seq, seq, 1,
                       std::string(chunks[std::size_t(i)])});
}

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
        if (const auto own = texts.find(seq); own != texts.end()) add_own(seq, own->second, out);
        among.insert({seq - 1, seq});
        groups.insert(group_of(seq));
    }
    for (const int seq : among) {
        const auto own = texts.find(seq);
        if (own != texts.end() && !is_long(own->second))
            out.push_back(joined(own->second.id, kNeighbours, seq - 1, seq + 1, texts));
    }
    for (const int group : groups) {
        const int first = group * kGroup + 1, last = first + kGroup - 1;
        const auto holder = texts.lower_bound(first);
        if (holder != texts.end() && holder->first <= last && !is_long(holder->second))
            out.push_back(joined(holder->second.id, kGroupOfSix, first, last, texts));
    }
    return out;
}

}  // namespace stele::chat
