// The request target: origin form, absolute form and "*", percent-decoding, the query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "foundation/http/framing.hpp"

namespace stele::http {

// Nothing when a percent sign is not followed by two hex digits or the result would hold a NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);

// host or host:port, as the Host header and an absolute URL carry it; no user, no empty host.
bool is_authority(std::string_view text);

// Fills target, path and query from the target as sent. `authority` is the Host header, with which
// an absolute URL must agree.
std::optional<Refusal> parse_target(std::string_view raw, std::string_view authority, Head& head);

}  // namespace stele::http
