#include "operate/archive/manifest.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/os/files.hpp"

namespace stele::archive {

namespace {

constexpr std::string_view kSeal = "seal";

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
    throw Error(Code::failed, fmt::format("the manifest {} {}", path.string(), what),
                "take another backup; `stele db backups` lists them");
}

}  // namespace

std::int64_t Manifest::rows() const {
    std::int64_t sum = 0;
    for (const TableState& table : tables) sum += table.rows;
    return sum;
}

std::filesystem::path manifest_of(const std::filesystem::path& dump) {
    return dump.string() + ".manifest.json";
}

std::string manifest_text(const Manifest& manifest) {
    json::object object = reflect::write(manifest).as_object();
    object[kSeal] = sha256_hex(serialize(object));
    return pretty(object) + "\n";
}

Manifest parse_manifest(const std::string& text, const std::filesystem::path& path) {
    Manifest manifest;
    try {
        json::value value = parse_json(text, "manifest");
        if (value.is_object()) value.get_object().erase(kSeal);
        manifest = reflect::read<Manifest>(value);
    } catch (const Error& error) {
        refuse(path, fmt::format("cannot be read: {}", error.what()));
    }
    if (manifest_text(manifest) != text) refuse(path, "was altered: its seal does not fit");
    return manifest;
}

Manifest read_manifest(const std::filesystem::path& dump) {
    const std::filesystem::path path = manifest_of(dump);
    const auto text = ops::read_file(path);
    if (!text)
        throw Error(Code::failed,
                    fmt::format("there is no manifest {} beside the dump", path.string()),
                    "a dump without its manifest cannot be proven; `stele db dump` writes both");
    return parse_manifest(*text, path);
}

}  // namespace stele::archive
