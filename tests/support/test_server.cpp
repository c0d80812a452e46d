#include "support/test_server.hpp"

#include <cstdlib>

namespace stele::testing {

namespace {

constexpr std::chrono::seconds kPatience{60};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

std::string server_url() {
    return variable("STELE_TEST_DATABASE_URL");
}

std::filesystem::path server_programs() {
    return variable("STELE_TEST_PGBIN");
}

std::unique_ptr<pg::Connection> connect(const std::string& url) {
    return pg::Connection::open(pg::ConnInfo::parse(url), {}, deadline_in(kPatience));
}

std::string query(pg::Connection& connection, const std::string& sql) {
    const pg::Result result = connection.script(sql, deadline_in(kPatience));
    if (result.empty() || result[0].is_null(0)) return "";
    return std::string(result[0].raw(0));
}

std::string query(const std::string& url, const std::string& sql) {
    return query(*connect(url), sql);
}

}  // namespace stele::testing
