// What goes over the wire to an OpenAI-compatible embeddings endpoint, and what comes back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/embed/embedder.hpp"

namespace stele::embed {

// {"model": …, "input": […]}; with "dimensions" when it is given. Texts are made valid UTF-8, cut
// to `max_bytes` between characters, and never empty (OpenAI refuses ""; " " is as good).
std::string request_body(const std::string& model, std::optional<int> dimensions,
                         std::span<const std::string> texts, const std::string& prefix,
                         std::size_t max_bytes);

// The largest reply that `texts` vectors can need.
std::size_t reply_bound(std::size_t texts, int dimensions);

// The vectors of a reply, normalised, in the order of the request. Throws Error(configuration) when
// they have another dimension; EndpointError: refused when there is another number of vectors,
// failed when the reply is malformed otherwise: not JSON, an index twice, a number that is not
// finite, a vector of zeros. `endpoint` names the sender.
std::vector<Vector> parse_vectors(std::string_view body, std::size_t texts, int dimensions,
                                  const std::string& endpoint);

// What an error reply says, redacted and short; "" when it says nothing that can be shown.
std::string error_text(std::string_view body);

}  // namespace stele::embed
