#include "client/storable.hpp"

#include <algorithm>

#include "foundation/base/text.hpp"

namespace stele::client {

std::string storable(std::string_view text, std::size_t max_bytes) {
    const bool cut = text.size() > max_bytes;
    std::string out(text.substr(0, max_bytes));
    // The last character may have been cut in two: its bytes go.
    for (int i = 0; cut && i < 3 && !out.empty() && (out.back() & 0xC0) == 0x80; ++i)
        out.pop_back();
    if (cut && !out.empty() && (out.back() & 0xC0) == 0xC0) out.pop_back();
    std::ranges::replace(out, '\0', '?');
    for (std::size_t at = 0;;) {
        const auto bad = invalid_utf8_at(std::string_view(out).substr(at));
        if (!bad) return out;
        at += *bad;
        out[at++] = '?';
    }
}

}  // namespace stele::client
