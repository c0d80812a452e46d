#include "control/identity/admin_token.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "control/identity/token_text.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"

namespace stele::identity {

namespace {

std::string text_of_environment() {
    if (const char* text = std::getenv("STELE_ADMIN_TOKEN"); text && *text) return text;
    const char* file = std::getenv("STELE_ADMIN_TOKEN_FILE");
    if (!file || !*file) return {};
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line))
        throw Error(Code::configuration,
                    fmt::format("STELE_ADMIN_TOKEN_FILE: {} is empty or cannot be read", file));
    return line;
}

}  // namespace

std::string admin_token_of_environment() {
    const std::string given = text_of_environment();
    if (given.empty()) return {};
    std::string token(trim(given));
    const auto parsed = parse_token(token);
    if (!parsed || parsed->kind != TokenKind::admin)
        throw Error(Code::configuration, "STELE_ADMIN_TOKEN: is no admin token",
                    "`stele token generate` makes one");
    return token;
}

}  // namespace stele::identity
