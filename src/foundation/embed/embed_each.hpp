// Vectors for a batch of which an endpoint may refuse some: the batch is halved until the text that
// is to blame is alone, and everything else has its vector.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "foundation/embed/embedder.hpp"

namespace stele::embed {

// What became of one text.
struct Embedded {
    std::optional<Vector> vector;
    std::string problem;   // why there is none; "" beside no vector: the text was not reached
    bool refused = false;  // the endpoint would refuse it again; else it may come to do it
};

struct EmbeddedBatch {
    std::vector<Embedded> texts;  // in the order of the texts
    // The endpoint serves nothing for now, so the rest was not tried.
    std::string problem;
    std::optional<std::chrono::seconds> retry_after;
};

// A text is blamed only while the endpoint serves another one: the last call but its own succeeded,
// or a short harmless text does.
EmbeddedBatch embed_each(Embedder& embedder, std::span<const std::string> texts, Purpose purpose,
                         std::chrono::steady_clock::time_point deadline);

}  // namespace stele::embed
