// Which memories a search looks at, with everything that ranking needs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "knowledge/memory/store.hpp"
#include "knowledge/retrieval/signals.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

// What one search carries from stage to stage.
struct Search {
    retrieval::Question question;
    std::optional<std::vector<float>> vector;
    std::int32_t model = 0;
    FilterParams filter;
    bool plain;  // nothing but scopes: the fast statement serves
    std::string own_scope;
    int limit = 10;
};

// All visible memories of a small tenant; of a large one the newest, and the best by words and by
// meaning of the rest. At least as many as the search's limit, whenever there are.
retrieval::CandidateSet candidates(runtime::Context& context, const Search& search);

}  // namespace stele::memory
