#include "knowledge/retrieval/report.hpp"

#include <algorithm>

namespace stele::retrieval {

void add_note(std::optional<std::string>& message, const std::optional<std::string>& note) {
    if (!note) return;
    message = message ? *message + "; " + *note : *note;
}

SignalReport report(const Item& item, const Signals& s, bool vectors) {
    // Shown as a person would write it: 0.83, not 0.8299999833106995.
    const auto rounded = [](float value) { return double(int(value * 1000 + 0.5F)) / 1000; };
    SignalReport out;
    out.fts = rounded(s[kTurn]);
    const auto cosine = [&](Part part) -> std::optional<double> {
        if (!vectors || item.cosine[part] <= kNoVector) return std::nullopt;
        return rounded(std::max(item.cosine[part], 0.0F));
    };
    out.vector = cosine(kOwn);
    const bool dialogue = item.setting == Setting::dialogue;
    if (s[kSimilar] > 0 || dialogue) out.trgm = rounded(s[dialogue ? kLetters : kSimilar]);
    out.recency = rounded(s[kRecency]);
    out.pinned = rounded(s[kPinned]);
    out.scope = rounded(s[kScope]);
    out.graph = rounded(s[kGraph]);
    out.reliability = rounded(s[kReliability]);
    if (!dialogue) return out;
    out.around = rounded(s[kAround]);
    out.before = rounded(s[kBefore]);
    out.after = rounded(s[kAfter]);
    out.session = rounded(s[kSession]);
    out.pairs = rounded(s[kSessionPairs]);
    out.answers = rounded(s[kAnswers]);
    out.speaker = rounded(s[kSpeaker]);
    out.time = rounded(s[kTime]);
    out.date = rounded(s[kDate]);
    out.meaning_around = cosine(kWindow);
    out.meaning_group = cosine(kGroup);
    return out;
}

}  // namespace stele::retrieval
