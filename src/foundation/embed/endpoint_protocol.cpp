#include "foundation/embed/endpoint_protocol.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/base/text.hpp"
#include "foundation/embed/kernels.hpp"

namespace stele::embed {

namespace json = boost::json;

namespace {

constexpr std::size_t kBytesPerNumber = 32;  // "-0.012345678901234567, " and some
constexpr std::size_t kErrorBytes = 300;

std::string valid_utf8(std::string_view text) {
    std::string out;
    while (const auto bad = invalid_utf8_at(text)) {
        out += text.substr(0, *bad);
        text.remove_prefix(*bad + 1);
    }
    return out += text;
}

std::string cut(std::string text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return text;
    while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80)
        --max_bytes;
    text.resize(max_bytes);
    return text;
}

[[noreturn]] void fail_reply(const std::string& endpoint, const std::string& what,
                             EndpointError::Kind kind = EndpointError::Kind::failed) {
    throw EndpointError(kind, "the embedding endpoint " + endpoint + " answered " + what,
                        "is it an OpenAI-compatible /v1/embeddings?");
}

Vector parse_vector(const json::array& numbers, int dimensions, const std::string& endpoint) {
    if (numbers.size() != static_cast<std::size_t>(dimensions))
        throw Error(Code::configuration,
                    "the embedding endpoint " + endpoint + " answers with vectors of " +
                        std::to_string(numbers.size()) + " dimensions, not " +
                        std::to_string(dimensions),
                    "set embedding.dimensions to " + std::to_string(numbers.size()) +
                        ", or choose the model the stored vectors came from");
    Vector out;
    out.reserve(numbers.size());
    for (const json::value& number : numbers) {
        boost::system::error_code error;
        const auto value = static_cast<float>(number.to_number<double>(error));
        if (error || !std::isfinite(value)) fail_reply(endpoint, "with a vector of non-numbers");
        out.push_back(value);
    }
    if (!kernels::normalize(out.data(), out.size())) fail_reply(endpoint, "with a vector of zeros");
    return out;
}

// Where a vector belongs: its "index", or its place when the endpoint gives none.
std::size_t index_of(const json::object& item, std::size_t place) {
    const json::value* index = item.if_contains("index");
    if (!index) return place;
    boost::system::error_code error;
    const auto value = index->to_number<std::size_t>(error);
    return error ? static_cast<std::size_t>(-1) : value;
}

}  // namespace

std::string request_body(const std::string& model, std::optional<int> dimensions,
                         std::span<const std::string> texts, const std::string& prefix,
                         std::size_t max_bytes) {
    json::array input;
    for (const std::string& text : texts) {
        std::string sent = cut(prefix + valid_utf8(text), max_bytes);
        input.emplace_back(sent.empty() ? " " : sent);
    }
    json::object body{{"model", model}, {"input", std::move(input)}};
    if (dimensions) body["dimensions"] = *dimensions;
    return serialize(body);
}

std::size_t reply_bound(std::size_t texts, int dimensions) {
    return 64 * 1024 + texts * static_cast<std::size_t>(dimensions) * kBytesPerNumber;
}

std::vector<Vector> parse_vectors(std::string_view body, std::size_t texts, int dimensions,
                                  const std::string& endpoint) {
    boost::system::error_code error;
    const json::value root = json::parse(body, error);
    const json::object* object = error ? nullptr : root.if_object();
    const json::value* data = object ? object->if_contains("data") : nullptr;
    if (!data || !data->is_array()) fail_reply(endpoint, "without a list \"data\"");
    const json::array& items = data->get_array();
    if (items.size() != texts)
        fail_reply(endpoint,
                   "with " + std::to_string(items.size()) + " vectors for " +
                       std::to_string(texts) + " texts",
                   EndpointError::Kind::refused);
    std::vector<Vector> out(texts);
    for (std::size_t place = 0; place < items.size(); ++place) {
        const json::object* item = items[place].if_object();
        const json::value* numbers = item ? item->if_contains("embedding") : nullptr;
        if (!numbers || !numbers->is_array()) fail_reply(endpoint, "without a list \"embedding\"");
        const std::size_t index = index_of(*item, place);
        if (index >= texts || !out[index].empty())
            fail_reply(endpoint, "with an index that is out of range or there twice");
        out[index] = parse_vector(numbers->get_array(), dimensions, endpoint);
    }
    return out;
}

std::string error_text(std::string_view body) {
    boost::system::error_code error;
    const json::value root = json::parse(body, error);
    const json::value* at = error ? nullptr : &root;
    for (const char* name : {"error", "message"}) {
        if (!at || !at->is_object()) continue;
        if (const json::value* inner = at->get_object().if_contains(name)) at = inner;
    }
    if (!at || !at->is_string()) return {};
    return excerpt(redact(std::string_view(at->get_string())), kErrorBytes);
}

}  // namespace stele::embed
