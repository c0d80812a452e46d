#include "operate/tenant/file_format.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"

namespace stele::tenant {

namespace {

std::string line_of(json::object object) {
    return serialize(std::move(object)) + "\n";
}

}  // namespace

std::size_t TableRef::tenant_columns() const {
    return columns.size() > 1 && columns[1].name == "project_id" ? 2 : 1;
}

std::string json_prefix(const TableRef& table, std::string_view org, std::string_view project) {
    return table.tenant_columns() == 2 ? fmt::format("[\"{}\",\"{}\"", org, project)
                                       : fmt::format("[\"{}\"", org);
}

std::string copy_prefix(const TableRef& table, std::string_view org, std::string_view project) {
    return table.tenant_columns() == 2 ? fmt::format("{}\t{}", org, project) : std::string(org);
}

std::string header_line(const Header& header) {
    return line_of(reflect::write(header).as_object());
}

std::string section_line(const TableRef& table) {
    return line_of({{"section", table.name}});
}

std::string end_line(const TableRef& table, std::uint64_t rows, const std::string& sha256) {
    return line_of({{"end", table.name}, {"rows", rows}, {"sha256", sha256}});
}

std::string trailer_line(std::size_t sections, std::uint64_t rows, const std::string& sha256) {
    return line_of({{"trailer", sections}, {"rows", rows}, {"sha256", sha256}});
}

Header parse_header(std::string_view line) {
    const auto refuse = [](const std::string& what) {
        return Error(Code::refused, what, "`stele db scoped-export` writes such a file");
    };
    json::value value;
    try {
        value = parse_json(line, "the header");
    } catch (const Error& error) {
        throw refuse(fmt::format("this is not a {} file: {}", kFormat, error.what()));
    }
    const json::object* object = value.if_object();
    const json::value* format = object ? object->if_contains("format") : nullptr;
    if (!format || serialize(*format) != quoted(kFormat))
        throw refuse(fmt::format("this is not a {} file: its first line does not say so", kFormat));
    const json::value* version = object->if_contains("formatVersion");
    if (!version || serialize(*version) != std::to_string(kFormatVersion))
        throw refuse(fmt::format("the file has format version {}, this program knows {}",
                                 version ? serialize(*version) : "none", kFormatVersion));
    Header header;
    try {
        header = reflect::read<Header>(value);
    } catch (const Error& error) {
        throw refuse(fmt::format("the header is damaged: {}", error.what()));
    }
    for (const TableRef& table : header.tables)
        if (table.columns.empty() || table.columns[0].name != "org_id")
            throw refuse(
                fmt::format("the header's table {} does not begin with org_id", table.name));
    return header;
}

}  // namespace stele::tenant
