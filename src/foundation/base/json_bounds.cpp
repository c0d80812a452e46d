#include "foundation/base/json_bounds.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include <cmath>

#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"

namespace stele {

namespace {

// Walks a JSON value of any shape for what cannot be kept.
class JsonCheck {
  public:
    // What is wrong with it; the rest of it is not looked at.
    std::optional<std::string> walk(const json::value& value, std::size_t depth = 0) {
        if (const json::array* array = value.if_array()) {
            if (depth == limits::kJsonDepth) return too_deep();
            bytes_ += 2 + array->size();
            for (const json::value& item : *array)
                if (auto why = walk(item, depth + 1)) return why;
        } else if (const json::object* object = value.if_object()) {
            if (depth == limits::kJsonDepth) return too_deep();
            bytes_ += 2 + 2 * object->size();
            for (const auto& member : *object) {
                if (auto why = text(member.key())) return why;
                if (auto why = walk(member.value(), depth + 1)) return why;
            }
        } else if (value.is_string()) {
            return text(value.get_string());
        } else {
            bytes_ += kLongestScalar;
            if (value.is_double() && !std::isfinite(value.get_double()))
                return "holds a number that is out of range";
        }
        return std::nullopt;
    }

    // No serialization of it is longer.
    std::size_t bytes_at_most() const { return bytes_; }

  private:
    static constexpr std::size_t kLongestScalar = 25;  // -1.7976931348623157e+308
    static constexpr std::size_t kLongestEscape = 6;   // \u001f

    static std::string too_deep() {
        return fmt::format("is nested more than {} levels deep", limits::kJsonDepth);
    }

    std::optional<std::string> text(std::string_view text) {
        bytes_ += 2 + kLongestEscape * text.size();
        if (text.find('\0') != std::string_view::npos) return "contains a NUL character";
        if (invalid_utf8_at(text)) return "holds a text that is not valid UTF-8";
        return std::nullopt;
    }

    std::size_t bytes_ = 0;
};

}  // namespace

std::optional<std::string> json_problem(const json::value& value, std::size_t max_bytes) {
    JsonCheck check;
    if (auto why = check.walk(value)) return why;
    if (check.bytes_at_most() <= max_bytes) return std::nullopt;
    const std::size_t bytes = json::serialize(value).size();
    if (bytes <= max_bytes) return std::nullopt;
    return fmt::format("is {} bytes long as JSON; at most {} are allowed", bytes, max_bytes);
}

}  // namespace stele
