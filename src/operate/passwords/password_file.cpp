#include "operate/passwords/password_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <optional>
#include <sstream>
#include <vector>

#include "foundation/base/error.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/os/files.hpp"
#include "foundation/pg/environment.hpp"

namespace stele::passwords {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFields = 5;  // host, port, database, user, password

// The fields of a line as they stand, a backslash before a colon or a backslash included; nothing
// for comments and what is no entry.
std::optional<std::vector<std::string>> fields_of(const std::string& line) {
    if (line.starts_with('#')) return std::nullopt;
    std::vector<std::string> out(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool escaped = line[i] == '\\' && i + 1 < line.size();
        if (escaped)
            out.back() += line.substr(i++, 2);
        else if (line[i] == ':' && out.size() < kFields)
            out.emplace_back();
        else
            out.back() += line[i];
    }
    return out.size() == kFields ? std::optional(out) : std::nullopt;
}

std::string unescaped(const std::string& field) {
    std::string out;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] == '\\' && i + 1 < field.size()) ++i;
        out += field[i];
    }
    return out;
}

bool matches(const std::string& field, const std::string& value) {
    return field == "*" || unescaped(field) == value;
}

// A password holds no colon or backslash when this program has made it.
std::string line_with(std::vector<std::string> fields, const std::string& password) {
    fields.back() = password;
    return fmt::format("{}", fmt::join(fields, ":"));
}

Login login_of(const pg::ConnInfo& info) {
    std::string host = info.get("host");
    if (host.empty()) host = info.get("hostaddr");
    return {host.empty() ? "localhost" : host, info.get("port"), info.get("dbname"),
            info.get("user")};
}

std::string text_of(const fs::path& path) {
    const auto text = ops::read_file(path);
    if (text) return *text;
    throw Error(Code::configuration, fmt::format("there is no password file {}", path.string()),
                "put the password into a file of mode 0600 and name it with PGPASSWORD_FILE, or as "
                "passfile=… of the URL in libpq's format");
}

// The owner is kept when the operator is root.
void replace(const fs::path& path, const fs::path& like, const std::string& text) {
    struct stat info {};
    ops::Account owner;
    const bool known = ::stat(like.c_str(), &info) == 0;
    owner.uid = info.st_uid;
    owner.gid = info.st_gid;
    ops::write_file(path, text, 0600,
                    known && ops::is_root() ? std::optional(owner) : std::nullopt);
}

}  // namespace

std::string pgpass_with(const std::string& text, const Login& login, const std::string& password) {
    const auto is_about = [&](const std::vector<std::string>& fields) {
        return matches(fields[0], login.host) && matches(fields[1], login.port) &&
               matches(fields[3], login.user);
    };
    std::optional<std::string> current;
    std::istringstream first(text);
    for (std::string line; !current && std::getline(first, line);) {
        const auto fields = fields_of(line);
        if (!fields || !is_about(*fields) || !matches((*fields)[2], login.database)) continue;
        if ((*fields)[3] == "*")
            throw Error(Code::configuration,
                        fmt::format("the password file's line for {} is every user's", login.user),
                        "give this user a line of its own, above that one");
        current = (*fields)[4];
    }
    if (!current)
        throw Error(Code::configuration,
                    fmt::format("the password file has no line for {} at {}:{}", login.user,
                                login.host, login.port),
                    fmt::format("add one: {}:{}:{}:{}:PASSWORD", login.host, login.port,
                                login.database, login.user));
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto fields = fields_of(line);
        const bool same =
            fields && is_about(*fields) && (*fields)[3] != "*" && (*fields)[4] == *current;
        out += (same ? line_with(*fields, password) : line) + "\n";
    }
    return out;
}

PasswordFile PasswordFile::of(const pg::ConnInfo& info) {
    const auto& values = info.values();
    const auto whole = values.find(pg::kPasswordFile);
    const bool in_file = whole != values.end();
    if (!in_file && !info.get("password").empty())
        throw Error(Code::configuration,
                    fmt::format("the password of {} stands in the {}, where it cannot be changed "
                                "for the processes that run",
                                info.get("user"),
                                values.contains("password") ? "database's URL" : "environment"),
                    "put it into a file of mode 0600, name that with PGPASSWORD_FILE, and take it "
                    "out there");
    const fs::path named = in_file ? fs::path(whole->second) : fs::path(info.get("passfile"));
    std::error_code error;
    const fs::path path = fs::canonical(named, error);
    PasswordFile out(error ? named : path, !in_file, login_of(info));
    out.text_with("");  // says what is wrong with it
    return out;
}

std::string PasswordFile::text_with(const std::string& password) const {
    const std::string text = text_of(path_);
    return is_pgpass_ ? pgpass_with(text, login_, password) : password + "\n";
}

void PasswordFile::write(const std::string& password) const {
    replace(path_, path_, text_with(password));
}

void PasswordFile::write_next(const std::string& password) const {
    replace(next(), path_, password + "\n");
}

}  // namespace stele::passwords
