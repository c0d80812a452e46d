#include "support/test_database.hpp"

#include <fmt/format.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>

#include "operate/migrations/migrations.hpp"

namespace stele::testing {

namespace {

constexpr const char* kAppUser = "stele_test_app";

// Held while the template is made, by one process of all that share the server.
constexpr const char* kLock = "SELECT pg_advisory_lock(7110220)";

bool exists(pg::Connection& server, const std::string& database) {
    return !query(server, fmt::format("SELECT 1 FROM pg_database WHERE datname = '{}'", database))
                .empty();
}

void make_app_user(pg::Connection& server) {
    query(server, fmt::format("DO $$ BEGIN CREATE ROLE {} LOGIN; EXCEPTION WHEN duplicate_object "
                              "THEN NULL; END $$",
                              kAppUser));
    query(server, fmt::format("GRANT stele_runtime TO {}", kAppUser));
    // To step into, not to have; before 16 a member has it all the same.
    const bool can_withhold =
        query(server, "SELECT current_setting('server_version_num')::int >= 160000") == "t";
    query(server, fmt::format("GRANT stele_maintenance TO {}{}", kAppUser,
                              can_withhold ? " WITH INHERIT FALSE" : ""));
}

// Made under another name first: a template that exists is whole.
void make_template(pg::Connection& server, const std::string& name) {
    const std::string half = name + "_half";
    query(server, "DROP DATABASE IF EXISTS " + half);
    query(server, "CREATE DATABASE " + half);
    ops::migrate(pg::ConnInfo::parse(url_for(half)));
    make_app_user(server);
    query(server, fmt::format("ALTER DATABASE {} RENAME TO {}", half, name));
}

std::string template_database() {
    static const std::string name = [] {
        const auto out =
            "stele_template_" + ops::checksum_of(ops::embedded_migrations()).substr(0, 12);
        const auto server = connect(server_url());
        query(*server, kLock);  // goes with the connection
        if (!exists(*server, out)) make_template(*server, out);
        return out;
    }();
    return name;
}

}  // namespace

std::string url_for(const std::string& database, const std::string& user) {
    const pg::ConnInfo server = pg::ConnInfo::parse(server_url());
    return fmt::format("postgresql:///{}?host={}&port={}&user={}", database, server.get("host"),
                       server.get("port"), user.empty() ? server.get("user") : user);
}

TestDatabase::TestDatabase(Schema schema) {
    static std::atomic<int> count = 0;
    name_ = fmt::format("stele_test_{}_{}", ::getpid(), ++count);
    const std::string from = schema == Schema::migrated ? template_database() : "template0";
    query(server_url(),
          fmt::format("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name_, from));
}

TestDatabase::~TestDatabase() {
    try {
        query(server_url(), fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
    } catch (const std::exception& error) {
        ADD_FAILURE() << "the database " << name_ << " was not dropped: " << error.what();
    }
}

std::string TestDatabase::url() const {
    return url_for(name_);
}

std::string TestDatabase::app_url() const {
    return url_for(name_, kAppUser);
}

std::unique_ptr<pg::Database> TestDatabase::open(pg::PoolOptions options) const {
    return std::make_unique<pg::Database>(pg::ConnInfo::parse(app_url()), options);
}

}  // namespace stele::testing
