#include "foundation/ingest/read.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/json_repair.hpp"
#include "foundation/base/text.hpp"
#include "foundation/ingest/decode.hpp"

namespace stele::ingest {

namespace {

std::unique_ptr<std::ifstream> open_file(const std::filesystem::path& path) {
    auto in = std::make_unique<std::ifstream>(path, std::ios::binary);
    std::error_code error;
    if (!*in || std::filesystem::is_directory(path, error))
        throw Error(Code::invalid_argument, fmt::format("path: {} cannot be read", path.string()),
                    "name a file that exists and may be read");
    return in;
}

std::string rest_of(std::istream& in) {
    return {std::istreambuf_iterator<char>(in), {}};
}

// A piece of a file is not refused for its bytes: what is no character becomes U+FFFD.
Decoded decode_piece(std::string_view bytes) {
    try {
        return decode(std::string(bytes));
    } catch (const Error&) {
        std::string text(bytes);
        const std::size_t replaced = replace_unstorable(text);
        return {std::move(text), replacements(replaced)};
    }
}

// Whether a text ends before the JSON value that it begins.
bool is_half(std::string_view text) {
    try {
        (void)parse_json_repaired(decode_piece(text).text, "line");
        return false;
    } catch (const Error&) {
        return true;
    }
}

}  // namespace

std::string as_text(std::string bytes, const std::string& place, Notes& notes) {
    Decoded decoded = decode(std::move(bytes));
    if (!decoded.change.empty()) notes.add_repaired(place, decoded.change);
    return std::move(decoded.text);
}

std::string read_text(const std::filesystem::path& path, Notes& notes) {
    const auto in = open_file(path);
    std::string bytes(kTextBytes + 1, '\0');
    in->read(bytes.data(), std::streamsize(bytes.size()));
    if (in->bad()) throw Error(Code::invalid_argument, "it cannot be read");
    bytes.resize(std::size_t(in->gcount()));
    if (bytes.size() > kTextBytes)
        throw Error(Code::invalid_argument, fmt::format("it is larger than {} bytes", kTextBytes));
    return as_text(std::move(bytes), path.lexically_normal().string(), notes);
}

std::unique_ptr<std::istream> open_text(const std::filesystem::path& path, Notes& notes) {
    return open_text(open_file(path), path.filename().string(), notes);
}

std::unique_ptr<std::istream> open_text(std::unique_ptr<std::istream> in, const std::string& place,
                                        Notes& notes) {
    std::string sample(kSample, '\0');
    in->read(sample.data(), std::streamsize(sample.size()));
    sample.resize(std::size_t(in->gcount()));
    in->clear();
    in->seekg(0);
    if (looks_like_utf16(sample))
        return std::make_unique<std::istringstream>(as_text(rest_of(*in), place, notes));
    if (sample.starts_with("\xEF\xBB\xBF")) in->seekg(3);
    return in;
}

json::value read_json(std::string_view bytes, const std::string& place, Notes& notes) {
    const Decoded decoded = decode_piece(bytes);
    RepairedJson parsed = parse_json_repaired(decoded.text, "text");
    if (!decoded.change.empty())
        notes.add_repaired(place, decoded.change);
    else if (parsed.replaced > 0)
        notes.add_repaired(place, replacements(parsed.replaced));
    return std::move(parsed.value);
}

json::object read_json_object(std::string_view bytes, const std::string& place, Notes& notes) {
    json::value value = read_json(bytes, place, notes);
    if (!value.is_object()) throw Error(Code::invalid_argument, "expected a JSON object");
    return std::move(value.get_object());
}

void for_each_json_line(std::istream& in, const std::string& name, Notes& notes,
                        const std::function<void(const Line&)>& read) {
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        if (trim(text).empty()) continue;
        const Line line{text, fmt::format("{} line {}", name, number), number};
        if (in.eof() && is_half(text))
            notes.add_skipped(line.place, "half a line at the end: is it being written?");
        else
            read(line);
    }
}

}  // namespace stele::ingest
