#include "knowledge/retrieval/fusion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stele::retrieval {

namespace {

// What every setting shares: chosen by hand, too small to turn an answer over.
constexpr Weights priors() {
    Weights w{};
    w[kSimilar] = 1.2F;
    w[kRecency] = 0.2F;
    w[kPinned] = 0.6F;
    w[kScope] = 0.12F;
    w[kGraph] = 0.3F;
    w[kReliability] = 0.2F;
    return w;
}

// Between people: fitted on LoCoMo's development conversations.
constexpr Weights dialogue(bool vectors) {
    Weights w = priors();
    w[kTurn] = vectors ? 0.05F : 0.43F;
    w[kAround] = vectors ? 2.35F : 2.77F;
    w[kLetters] = vectors ? 1.02F : 2.05F;
    w[kBefore] = vectors ? -1.41F : -1.02F;
    w[kAfter] = vectors ? -0.7F : -0.47F;
    w[kFurther] = vectors ? 0.68F : 1.35F;
    w[kSession] = vectors ? 1.51F : 1.81F;
    w[kSessionPairs] = vectors ? 1.52F : 1.62F;
    w[kAnswers] = vectors ? 1.85F : 2.78F;
    w[kSpeaker] = 1.07F;
    w[kAsks] = -0.55F;
    w[kOpening] = 0.54F;
    w[kLength] = 0.6F;
    w[kTime] = 2.3F;
    w[kDate] = 4.1F;
    if (!vectors) return w;
    w[kMeaning] = 1.35F;
    w[kMeaningAround] = 0.47F;
    w[kMeaningGroup] = 0.45F;
    w[kMeaningBefore] = 1.63F;
    w[kMeaningAfter] = 0.57F;
    w[kAnswersMeaning] = 0.8F;
    return w;
}

// With an assistant: fitted on BEAM-100K's. Alone: on Cranfield, which agrees with BEAM.
constexpr Weights flat(bool vectors, bool assistant) {
    Weights w = priors();
    w[kTurn] = vectors ? 2.7F : 4.8F;
    w[kMeaning] = vectors ? 4.3F : 0;
    w[kUser] = assistant ? 1.65F : 0;
    return w;
}

}  // namespace

const Weights& weights_for(Setting setting, bool vectors) {
    static constexpr Weights kDialogue[] = {dialogue(false), dialogue(true)};
    static constexpr Weights kAssistant[] = {flat(false, true), flat(true, true)};
    static constexpr Weights kDocument[] = {flat(false, false), flat(true, false)};
    switch (setting) {
        case Setting::dialogue:
            return kDialogue[vectors ? 1 : 0];
        case Setting::assistant:
            return kAssistant[vectors ? 1 : 0];
        case Setting::document:
            break;
    }
    return kDocument[vectors ? 1 : 0];
}

float score_of(const Weights& weights, const Signals& signals) {
    float sum = 0;
    for (std::size_t s = 0; s < kSignals; ++s) sum += weights[s] * signals[s];
    return sum;
}

namespace {

// Where the vector is still to come, or the model cannot read the text, its words stand for its
// meaning too: what was said a moment ago would be behind all that is older.
float weighed(const Item& item, const Signals& signals, bool vectors) {
    const Weights& weights = weights_for(item.setting, vectors);
    const bool lacks = vectors && item.cosine[kOwn] <= kNoVector;
    return score_of(weights, signals) + (lacks ? weights[kMeaning] * signals[kTurn] : 0);
}

}  // namespace

std::vector<Ranked> fuse(const CandidateSet& candidates, const std::vector<Signals>& signals,
                         bool vectors, std::size_t limit) {
    std::vector<std::pair<float, std::size_t>> order;
    order.reserve(candidates.items.size());
    for (std::size_t i = 0; i < candidates.items.size(); ++i)
        if (candidates.items[i].eligible)
            order.emplace_back(weighed(candidates.items[i], signals[i], vectors), i);
    limit = std::min(limit, order.size());
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(limit), order.end(),
                      [&](const auto& a, const auto& b) {
                          return a.first != b.first ? a.first > b.first
                                                    : candidates.items[a.second].id <
                                                          candidates.items[b.second].id;
                      });
    std::vector<Ranked> out;
    out.reserve(limit);
    for (std::size_t i = 0; i < limit; ++i)
        out.push_back({order[i].second, order[i].first, signals[order[i].second]});
    return out;
}

void add_signal(Ranked& ranked, const Item& item, Signal signal, float value, bool vectors) {
    ranked.signals[signal] = value;
    ranked.score += value * weights_for(item.setting, vectors)[signal];
}

void add_signal(std::vector<Ranked>& ranked, const CandidateSet& candidates, Signal signal,
                const std::vector<float>& values, bool vectors) {
    for (std::size_t i = 0; i < ranked.size(); ++i)
        add_signal(ranked[i], candidates.items[ranked[i].item], signal, values[i], vectors);
    std::ranges::stable_sort(ranked,
                             [](const Ranked& a, const Ranked& b) { return a.score > b.score; });
}

std::string explain(const Item& item, const Signals& s) {
    std::string out;
    const auto add = [&](const std::string& reason) { out += (out.empty() ? "" : ", ") + reason; };
    const float cosine = item.cosine[kOwn];
    if (s[kTurn] > 0) add(fmt::format("its words match ({:.2f})", s[kTurn]));
    if (cosine >= kCloseMeaning) add(fmt::format("its meaning is close ({:.2f})", cosine));
    if (s[kAnswers] > 0)
        add(fmt::format("it answers a question whose words match ({:.2f})", s[kAnswers]));
    if (s[kAround] > 0.5F && s[kTurn] < s[kAround] && s[kBefore] + s[kAfter] > 0)
        add("it stands next to what matches");
    if (s[kSessionPairs] > 0.5F) add("its conversation speaks of it");
    if (s[kSpeaker] > 0) add("the person you name said it");
    if (s[kTime] > 0) add("it tells a time");
    if (s[kDate] > 0) add("it was said at the time you name");
    if (s[kSimilar] > 0) add(fmt::format("its spelling is similar ({:.2f})", s[kSimilar]));
    if (s[kPinned] > 0) add("it is pinned");
    if (s[kGraph] > 0) add("it is linked to another result");
    if (s[kRecency] > 0.8F) add("it is recent");
    if (s[kScope] > 0) add("it is of this project");
    return out.empty() ? "nothing matches better" : out;
}

}  // namespace stele::retrieval
