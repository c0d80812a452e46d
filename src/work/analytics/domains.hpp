// Which kind of work a prompt asks for, told from its words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stele::analytics {

inline constexpr std::string_view kGeneral = "general";

// Words and short phrases, lower case, of a kind of work. A word is also known by its plural in s.
struct DomainWords {
    std::string_view name;
    std::vector<std::string_view> words;
};

// The ten domains; where two match as well, the first one is meant.
const std::vector<DomainWords>& domains();

// The domain most of whose words stand in the prompt, each counted once, as whole words: "ci" does
// not stand in "special". "general" when there is none.
std::string domain_of(std::string_view prompt);

}  // namespace stele::analytics
