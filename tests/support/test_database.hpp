// A database of its own for each test: a copy of a template that holds the migrated schema.
#pragma once

#include <memory>
#include <string>

#include "foundation/pg/database.hpp"
#include "support/test_server.hpp"

namespace stele::testing {

class TestDatabase {
  public:
    enum class Schema { migrated, none };

    explicit TestDatabase(Schema schema = Schema::migrated);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& name() const { return name_; }
    std::string url() const;      // superuser: row-level security does not bind it
    std::string app_url() const;  // stele_test_app, a login that is nothing but a stele_runtime
    std::unique_ptr<pg::Connection> connect() const { return testing::connect(url()); }
    std::unique_ptr<pg::Database> open(pg::PoolOptions options = {}) const;  // with app_url

  private:
    std::string name_;
};

// The same server, another database or user.
std::string url_for(const std::string& database, const std::string& user = "");

}  // namespace stele::testing
