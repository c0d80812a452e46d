// Which prepared statement a session runs when two versions of a program have used it.
#include <gtest/gtest.h>

#include "foundation/pg/connection.hpp"
#include "support/test_database.hpp"

namespace stele::pg {
namespace {

using std::chrono::milliseconds;

// Behind a pooler a session may have been used by another version of this program.
TEST(StatementNames, AnotherTextUnderTheSameNameIsAnotherStatement) {
    const auto connection = testing::connect(testing::server_url());
    const auto answer = [&](const Statement& statement) {
        return connection->run(statement, Params({}), deadline_in(milliseconds(5000)))[0]
            .get<std::int32_t>(0);
    };
    const Statement older{"test.versioned", "SELECT 1"}, newer{"test.versioned", "SELECT 2"};
    EXPECT_EQ(answer(older), 1);
    EXPECT_EQ(answer(newer), 2);
    EXPECT_EQ(answer(older), 1);
    EXPECT_EQ(testing::query(*connection,
                             "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE "
                             "'test.versioned%'"),
              "2");
}

}  // namespace
}  // namespace stele::pg
