// Summaries without a model: the sentences that say most of what a conversation is about.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace stele::conversations {

struct Said {
    std::string speaker;
    std::string content;
};

struct Digest {
    std::string summary;                // two or three sentences
    std::vector<std::string> keywords;  // three to seven words, as they were written
};

// Sentences are weighed by the words they share with the rest (inverse document frequency over the
// conversation's sentences), by where they stand and by whether they ask or decide; one that
// repeats a chosen one is passed over. The same messages always give the same digest. Fewer
// sentences and words when there are no more.
Digest extract(std::span<const Said> messages);

}  // namespace stele::conversations
