// The tables and judgements behind find_secrets().
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace stele::secrets {

// A key that shows by its beginning: the prefix, then at least `least` characters of the alphabet.
struct Format {
    std::string_view prefix;  // in lower case where the case does not matter
    bool exact_case;
    enum Alphabet { alnum, word, dashed, base64, dotted } alphabet;
    std::size_t least, most;  // characters after the prefix; more than `most` is something else
    std::string_view kind;
};
std::span<const Format> formats();
bool in_alphabet(Format::Alphabet alphabet, char c);

enum class NameClass { password, pass, token, key };

// A name whose value is a secret; in lower case.
struct Name {
    std::string_view text;
    NameClass group;
    bool whole;  // it counts as a word of its own only: "pass" does, but not in "compass"
    std::string_view kind;
};
std::span<const Name> names();

// How a value stands behind its name: `name: value`, `name=value` or a flag's, or quoted.
enum class Manner { said, assigned, quoted };

// Whether the value of such a name is likely a secret, rather than a word, a placeholder or code.
bool is_secret_value(std::string_view value, NameClass group, Manner manner);

// Whether it could be made by a machine: it has digits, or is one long run of letters. Words joined
// by dashes are not.
bool looks_random(std::string_view value);

// ${NAME}, $NAME, <name>, {{ name }}, %s, ***, xxxx: stands for a value.
bool is_placeholder(std::string_view value);

}  // namespace stele::secrets
