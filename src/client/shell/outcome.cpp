#include "client/shell/outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/storable.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/json_bounds.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"

namespace stele::shell {

namespace {

// BSD's sysexits.h: what was asked is wrong, and will be the next time.
constexpr int kUsage = 64, kDataError = 65;

json::value text_of(std::string_view out, std::size_t bytes) {
    // Escapes can make a text longer than it is.
    for (std::size_t most = limits::kJobBytes;; most /= 2) {
        json::object text{{"text", client::storable(out, most)}};
        if (bytes > most) {
            text["truncated"] = true;
            text["bytes"] = bytes;
        }
        if (serialize(text).size() <= limits::kJobBytes) return text;
    }
}

}  // namespace

json::value output_of(std::string_view out, std::size_t bytes) {
    if (trim(out).empty() && bytes == out.size()) return nullptr;
    if (bytes != out.size() || bytes > limits::kJobBytes) return text_of(out, bytes);
    try {
        json::value value = parse_json(out, "stdout");
        // What cannot be kept as JSON, such as a NUL, is spelt out as words.
        if (!json_problem(value, limits::kJobBytes)) return value;
    } catch (const Error&) {
        // Words, then.
    }
    return text_of(out, bytes);
}

bool is_final(int status, const std::set<int>& no_retry_on) {
    return status == kUsage || status == kDataError || no_retry_on.contains(status);
}

std::set<int> exit_codes_of(std::string_view text) {
    std::set<int> out;
    while (!text.empty()) {
        const std::string_view word = trim(text.substr(0, text.find(',')));
        text.remove_prefix(std::min(text.find(','), text.size() - 1) + 1);
        int code = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), code);
        if (error != std::errc() || end != word.data() + word.size() || code < 1 || code > 255)
            throw Error(Code::invalid_argument,
                        fmt::format("noRetryOn: \"{}\" is no exit code", excerpt(word, 20)),
                        "give numbers from 1 to 255 with commas between, such as 2,3");
        out.insert(code);
    }
    return out;
}

bool LineRate::admit(Deadline now, int& skipped) {
    if (now - second_ >= std::chrono::seconds(1)) {
        second_ = now;
        in_this_second_ = 0;
    }
    if (in_this_second_ == per_second_) {
        ++skipped_;
        return false;
    }
    ++in_this_second_;
    skipped = std::exchange(skipped_, 0);
    return true;
}

}  // namespace stele::shell
