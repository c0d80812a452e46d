#include "foundation/embed/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>

#include "foundation/embed/kernels.hpp"

static_assert(std::endian::native == std::endian::little, "safetensors holds little-endian data");

namespace stele::embed {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kMaxHeaderBytes = 16 * 1024 * 1024;  // 100,000 tensors
constexpr std::size_t kMaxDimensions = 8;
constexpr std::size_t kHalvesAtATime = 16 * 1024;  // 32 KB: stays in a core's first cache

struct TypeRow {
    std::string_view name;
    DType dtype;
    std::uint64_t bytes;
};

constexpr TypeRow kTypes[] = {
    {"F16", DType::f16, 2},    {"F32", DType::f32, 4},   {"F64", DType::other, 8},
    {"BF16", DType::other, 2}, {"I64", DType::other, 8}, {"I32", DType::other, 4},
    {"I16", DType::other, 2},  {"I8", DType::other, 1},  {"U8", DType::other, 1},
    {"BOOL", DType::other, 1},
};

std::optional<std::uint64_t> unsigned_of(const json::value& value) {
    if (const auto* u = value.if_uint64()) return *u;
    if (const auto* i = value.if_int64(); i && *i >= 0) return static_cast<std::uint64_t>(*i);
    return std::nullopt;
}

std::optional<std::vector<std::uint64_t>> unsigned_list(const json::value* value,
                                                        std::size_t max_size) {
    const json::array* list = value ? value->if_array() : nullptr;
    if (!list || list->size() > max_size) return std::nullopt;
    std::vector<std::uint64_t> out;
    for (const json::value& item : *list) {
        const auto number = unsigned_of(item);
        if (!number) return std::nullopt;
        out.push_back(*number);
    }
    return out;
}

const TypeRow* type_of(const json::value* value) {
    const json::string* name = value ? value->if_string() : nullptr;
    for (const TypeRow& row : kTypes)
        if (name && row.name == std::string_view(*name)) return &row;
    return nullptr;
}

// nullopt unless dtype, shape and data_offsets are there, agree with one another and lie in the
// data.
std::optional<Tensor> parse_tensor(const json::value& description, std::uint64_t data_size) {
    const json::object* object = description.if_object();
    if (!object) return std::nullopt;
    const TypeRow* type = type_of(object->if_contains("dtype"));
    const auto shape = unsigned_list(object->if_contains("shape"), kMaxDimensions);
    const auto range = unsigned_list(object->if_contains("data_offsets"), 2);
    if (!type || !shape || !range || range->size() != 2) return std::nullopt;
    if ((*range)[0] > (*range)[1] || (*range)[1] > data_size) return std::nullopt;

    std::uint64_t bytes = type->bytes;
    for (const std::uint64_t size : *shape)
        if (__builtin_mul_overflow(bytes, size, &bytes)) return std::nullopt;
    if (bytes != (*range)[1] - (*range)[0]) return std::nullopt;
    return Tensor{type->dtype, *shape, bytes / type->bytes, (*range)[0]};
}

json::object parse_header(const File& file, std::uint64_t& data_start) {
    std::uint64_t size = 0;
    if (file.size() < sizeof size) fail_model(file.path(), "too short for a safetensors file");
    file.read(0, std::as_writable_bytes(std::span(&size, 1)));
    if (size > kMaxHeaderBytes || size > file.size() - sizeof size)
        fail_model(file.path(), "its header claims " + std::to_string(size) + " bytes");
    std::string text(size, '\0');
    file.read(sizeof size, std::as_writable_bytes(std::span(text)));
    boost::system::error_code error;
    json::value header = json::parse(text, error);
    if (error || !header.is_object()) fail_model(file.path(), "its header is not a JSON object");
    data_start = sizeof size + size;
    return std::move(header.get_object());
}

}  // namespace

Safetensors::Safetensors(File file) : file_(std::move(file)) {
    std::uint64_t data_start = 0;
    const json::object header = parse_header(file_, data_start);
    for (const auto& [name, description] : header) {
        if (name == "__metadata__") continue;
        auto tensor = parse_tensor(description, file_.size() - data_start);
        if (!tensor)
            fail_model(file_.path(), "tensor " + std::string(name) +
                                         ": dtype, shape and data_offsets do not fit together "
                                         "or point outside the file");
        tensor->offset += data_start;
        tensors_.emplace(name, std::move(*tensor));
    }
}

const Tensor& Safetensors::require(std::string_view name, std::vector<std::uint64_t> shape) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) fail_model(file_.path(), "has no tensor " + std::string(name));
    const Tensor& tensor = found->second;
    if (tensor.dtype == DType::other)
        fail_model(file_.path(), "tensor " + std::string(name) + " is neither F16 nor F32");
    if (tensor.shape != shape)
        fail_model(file_.path(),
                   "tensor " + std::string(name) + " has not the shape that config.json asks for");
    return tensor;
}

void Safetensors::read(const Tensor& tensor, std::uint64_t first, std::span<float> out) const {
    if (tensor.dtype == DType::f32)
        return file_.read(tensor.offset + first * sizeof(float), std::as_writable_bytes(out));
    std::array<std::uint16_t, kHalvesAtATime> buffer;
    while (!out.empty()) {
        const auto halves = std::span(buffer).first(std::min(out.size(), buffer.size()));
        file_.read(tensor.offset + first * sizeof(std::uint16_t), std::as_writable_bytes(halves));
        kernels::widen(halves.data(), out.data(), halves.size());
        out = out.subspan(halves.size());
        first += halves.size();
    }
}

std::vector<float> Safetensors::read(const Tensor& tensor) const {
    std::vector<float> out(tensor.elements);
    read(tensor, 0, out);
    return out;
}

}  // namespace stele::embed
