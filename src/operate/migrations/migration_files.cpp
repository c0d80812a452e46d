#include "operate/migrations/migration_files.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/text.hpp"
#include "foundation/os/files.hpp"
#include "operate/migrations/sql_script.hpp"

namespace stele::ops {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kForm = "the form is NNNN_name.up.sql, name in a-z, 0-9 and _";

[[noreturn]] void wrong(std::string_view where, const std::string& what, std::string_view remedy) {
    throw Error(Code::configuration, fmt::format("{}: {}", where, what), std::string(remedy));
}

struct FileName {
    int version = 0;
    std::string name;
    bool up = false;
};

FileName parse_name(std::string_view file, std::string_view where) {
    FileName out;
    std::string_view stem = file;
    if (stem.ends_with(".up.sql")) {
        out.up = true;
        stem.remove_suffix(7);
    } else if (stem.ends_with(".down.sql")) {
        stem.remove_suffix(9);
    } else {
        wrong(where, fmt::format("{} is neither an .up.sql nor a .down.sql", file), kForm);
    }
    const bool numbered = stem.size() > 5 && stem[4] == '_' &&
                          stem.substr(0, 4).find_first_not_of("0123456789") == stem.npos;
    const bool plain = stem.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == stem.npos;
    if (!numbered || !plain) wrong(where, fmt::format("{} is not a migration's name", file), kForm);
    for (int i = 0; i < 4; ++i) out.version = out.version * 10 + (stem[std::size_t(i)] - '0');
    out.name = stem.substr(5);
    return out;
}

void check_statements(const Migration& migration, std::string_view where) {
    constexpr std::array kControl{"begin", "commit", "rollback", "end", "abort", "start"};
    for (const ScriptStatement& statement : split_script(migration.up)) {
        const std::string first = statement.words.empty() ? "" : statement.words.front();
        const std::string place =
            fmt::format("{}.up.sql:{}: {}", migration.id(), statement.line, first);
        for (const char* control : kControl)
            if (first == control)
                wrong(where, place + " controls the transaction, which is the runner's work",
                      "take it out; `-- stele:no-transaction` at the top runs a file without one");
        if (first == "copy") wrong(where, place + " has no input here", "use INSERT");
    }
}

void add(std::map<int, Migration>& out, const MigrationFile& file, std::string_view where) {
    const FileName name = parse_name(file.name, where);
    if (const std::string problem = encoding_problem(file.text); !problem.empty())
        wrong(where, fmt::format("{} {}", file.name, problem),
              "save it as UTF-8 without a byte order mark");
    Migration& migration = out[name.version];
    if (migration.version == 0) {
        migration.version = name.version;
        migration.name = name.name;
    } else if (migration.name != name.name) {
        wrong(where,
              fmt::format("{} is there twice: {} and {}", version_text(name.version),
                          migration.name, name.name),
              "give one of them the next free number");
    }
    (name.up ? migration.up : migration.down) = file.text;
}

}  // namespace

std::string encoding_problem(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) return "begins with a byte order mark";
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return "is UTF-16";
    const auto at = invalid_utf8_at(text);
    return at ? fmt::format("is not UTF-8 from byte {} on", *at) : "";
}

std::string_view header_of(std::string_view text) {
    std::size_t end = 0;
    while (text.substr(end).starts_with("--"))
        end = std::min(text.find('\n', end), text.size() - 1) + 1;
    return text.substr(0, end);
}

bool header_says(std::string_view text, std::string_view mark) {
    for (std::string_view header = header_of(text); !header.empty();) {
        const std::string_view line = header.substr(0, header.find('\n'));
        const auto word = line.find_first_not_of("- ");
        if (word != line.npos && line.substr(word).starts_with(mark)) return true;
        header.remove_prefix(std::min(line.size() + 1, header.size()));
    }
    return false;
}

std::string version_text(int version) {
    return fmt::format("{:04}", version);
}

std::string Migration::id() const {
    return version_text(version) + "_" + name;
}

Migrations assemble(std::span<const MigrationFile> files, std::string_view where) {
    std::map<int, Migration> found;
    for (const MigrationFile& file : files) add(found, file, where);
    Migrations out;
    for (auto& [version, migration] : found) {
        if (version != int(out.size()) + 1)
            wrong(where,
                  fmt::format("{} is missing before {}", version_text(int(out.size()) + 1),
                              migration.id()),
                  "migrations are numbered from 0001 without a gap");
        for (const bool up : {true, false})
            if ((up ? migration.up : migration.down).empty())
                wrong(where,
                      fmt::format("{}.{}.sql is missing or empty", migration.id(),
                                  up ? "up" : "down"),
                      "every migration has an .up.sql and a .down.sql");
        migration.checksum = sha256_hex(migration.up);
        migration.contract = header_says(migration.up, "stele:phase contract");
        migration.in_transaction = !header_says(migration.up, "stele:no-transaction");
        check_statements(migration, where);
        out.push_back(std::move(migration));
    }
    return out;
}

const Migrations& embedded_migrations() {
    static const Migrations migrations = assemble(embedded_migration_files(), "migrations");
    return migrations;
}

Migrations migrations_in(const fs::path& directory) {
    if (!fs::is_directory(directory))
        throw Error(Code::configuration,
                    fmt::format("there is no directory {}", directory.string()));
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& entry : fs::directory_iterator(directory))
        if (entry.path().extension() == ".sql")
            texts.emplace_back(entry.path().filename().string(),
                               read_file(entry.path()).value_or(""));
    std::vector<MigrationFile> files;
    for (const auto& [name, text] : texts) files.push_back({name, text});
    return assemble(files, directory.string());
}

std::string checksum_of(const Migrations& migrations) {
    std::string all;
    for (const Migration& migration : migrations) all += migration.id() + migration.checksum;
    return sha256_hex(all);
}

}  // namespace stele::ops
