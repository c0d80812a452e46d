// The PostgreSQL that script/with-postgres started for this run.
#pragma once

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "foundation/pg/connection.hpp"

namespace stele::testing {

// So that `testing::HasSubstr` inside namespace stele still means GoogleMock's.
using namespace ::testing;  // NOLINT

std::string server_url();                 // superuser, database postgres
std::filesystem::path server_programs();  // where psql, postgres … are
std::unique_ptr<pg::Connection> connect(const std::string& url);
// Runs SQL and answers the first column of the first row, as text; "" when there is none.
std::string query(pg::Connection& connection, const std::string& sql);
std::string query(const std::string& url, const std::string& sql);

}  // namespace stele::testing
