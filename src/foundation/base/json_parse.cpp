// Reading JSON text. Boost's parser up to 1.81 rounds doubles roughly: one of five numbers with 17
// digits between 0 and 1 comes out as its neighbour. Here its syntax is used, and std::from_chars
// for the numbers, which is exact.
#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>

#include "foundation/base/error.hpp"
#include "foundation/base/json.hpp"
#include "foundation/base/json_text.hpp"
#include "foundation/base/limits.hpp"

namespace stele {

namespace {

constexpr std::size_t kStoredDepth = 1000;

// What basic_parser calls; values come together on Boost's stack.
struct Builder {
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    using Text = json::string_view;
    using Code = json::error_code;

    Builder() { stack.reset(); }

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(std::size_t n, Code&) { return (stack.push_object(n), true); }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t n, Code&) { return (stack.push_array(n), true); }
    bool on_key_part(Text s, std::size_t, Code&) { return (stack.push_chars(s), true); }
    bool on_key(Text s, std::size_t, Code&) { return (stack.push_key(s), true); }
    bool on_string_part(Text s, std::size_t, Code&) { return (stack.push_chars(s), true); }
    bool on_string(Text s, std::size_t, Code&) { return (stack.push_string(s), true); }
    bool on_number_part(Text s, Code&) {
        number.append(s);
        return true;
    }
    bool on_int64(std::int64_t i, Text, Code&) {
        number.clear();
        return (stack.push_int64(i), true);
    }
    bool on_uint64(std::uint64_t u, Text, Code&) {
        number.clear();
        return (stack.push_uint64(u), true);
    }
    // Out of range, Boost's infinity or zero stays: the bounds of fields refuse the one.
    bool on_double(double rough, Text s, Code&) {
        number.append(s);
        double exact = rough;
        std::from_chars(number.data(), number.data() + number.size(), exact);
        number.clear();
        return (stack.push_double(exact), true);
    }
    bool on_bool(bool b, Code&) { return (stack.push_bool(b), true); }
    bool on_null(Code&) { return (stack.push_null(), true); }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }

    json::value_stack stack;
    std::string number;  // the parts of one that came so far
};

// Whether the error at this byte is that an escape names the first half of a surrogate pair and the
// second one is missing: Boost calls that a syntax error.
bool half_a_pair(std::string_view text, std::size_t at) {
    const auto escape = text.rfind("\\u", at);
    if (escape == std::string_view::npos || at - escape > 7 || escape + 4 > text.size())
        return false;
    const auto before = text.find_last_not_of('\\', escape);
    const std::size_t backslashes = before == std::string_view::npos ? escape + 1 : escape - before;
    return backslashes % 2 == 1 && (text[escape + 2] | 0x20) == 'd' &&
           std::string_view("89abAB").find(text[escape + 3]) != std::string_view::npos;
}

json::value parse(std::string_view text, std::string_view what, std::size_t depth) {
    json::parse_options options;
    options.max_depth = depth;
    json::basic_parser<Builder> parser(options);
    json::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && used < text.size() &&
        text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
        error = json::error::extra_data;
    if (error == json::error::too_deep)
        throw Error(Code::invalid_argument,
                    fmt::format("the {} is nested more than {} levels deep", what, depth));
    if (error)
        throw Error(
            Code::invalid_argument,
            fmt::format("the {} is not valid JSON: {} at byte {}", what,
                        half_a_pair(text, used) ? "half a surrogate pair" : error.message(), used));
    return parser.handler().stack.release();
}

}  // namespace

json::value parse_json(std::string_view text, std::string_view what) {
    // Written by programs that should not (RFC 8259, 8.1) and allowed to be ignored.
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    return parse(text, what, limits::kJsonDepth);
}

json::value parse_stored_json(std::string_view text, std::string_view what) {
    return parse(text, what, kStoredDepth);
}

}  // namespace stele
