// The tools of the tests keep their promises: otherwise the weather tests prove nothing.
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/pg/error.hpp"
#include "support/fault_proxy.hpp"
#include "support/test_database.hpp"
#include "support/throwaway_server.hpp"

namespace stele {
namespace {

using namespace std::chrono_literals;
using testing::connect;
using testing::FaultProxy;
using testing::HasSubstr;
using testing::query;
using testing::server_url;
using testing::ThrowawayServer;

bool loses_connection(pg::Connection& connection, const std::string& sql,
                      std::chrono::milliseconds time = 5s) {
    try {
        connection.script(sql, deadline_in(time));
        return false;
    } catch (const pg::ServerError& error) {
        return error.connection_lost();
    }
}

TEST(FaultProxy, IsTransparentUntilToldOtherwise) {
    FaultProxy proxy(server_url());
    const auto connection = connect(proxy.url());
    EXPECT_EQ(query(*connection, "SELECT length(repeat('x', 3000000))"), "3000000");
    EXPECT_EQ(query(*connection, "SELECT repeat('x', 3000000)").size(), 3000000u);
    EXPECT_EQ(proxy.connections(), 1);
    EXPECT_EQ(proxy.accepted(), 1);
}

TEST(FaultProxy, CutsEveryConnection) {
    FaultProxy proxy(server_url());
    const auto connection = connect(proxy.url());
    proxy.cut();
    EXPECT_EQ(proxy.connections(), 0);
    EXPECT_TRUE(loses_connection(*connection, "SELECT 1"));
    EXPECT_EQ(query(proxy.url(), "SELECT 1"), "1");
}

TEST(FaultProxy, RefusesAndComesBackOnTheSamePort) {
    FaultProxy proxy(server_url());
    proxy.refuse(true);
    EXPECT_THROW(connect(proxy.url()), pg::ServerError);
    proxy.refuse(false);
    EXPECT_EQ(query(proxy.url(), "SELECT 1"), "1");
}

TEST(FaultProxy, CutsInTheMiddleOfAnAnswer) {
    FaultProxy proxy(server_url());
    const auto connection = connect(proxy.url());
    proxy.cut_after(100'000);
    EXPECT_EQ(query(*connection, "SELECT 1"), "1");
    EXPECT_TRUE(loses_connection(*connection, "SELECT repeat('x', 3000000)"));
    proxy.cut_after(-1);
    EXPECT_EQ(query(proxy.url(), "SELECT repeat('x', 3000000)").size(), 3000000u);
}

TEST(FaultProxy, DelaysAnswers) {
    FaultProxy proxy(server_url());
    const auto connection = connect(proxy.url());
    proxy.delay(200ms);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(query(*connection, "SELECT 1"), "1");
    EXPECT_GE(std::chrono::steady_clock::now() - start, 200ms);
}

TEST(FaultProxy, SwallowsEverything) {
    FaultProxy proxy(server_url());
    const auto connection = connect(proxy.url());
    proxy.blackhole(true);
    try {
        connection->script("SELECT 1", deadline_in(50ms));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::deadline_exceeded);
    }
}

TEST(ThrowawayServer, KeepsWhatWasCommittedWhenItIsKilled) {
    ThrowawayServer server;
    query(server.url(), "CREATE TABLE t (x int); INSERT INTO t VALUES (7)");
    server.kill();
    EXPECT_FALSE(server.running());
    EXPECT_THROW(connect(server.url()), pg::ServerError);
    server.start();
    EXPECT_EQ(query(server.tcp_url(), "SELECT x FROM t"), "7");
    server.restart();
    EXPECT_EQ(query(server.url(), "SELECT x FROM t"), "7");
}

TEST(ThrowawayServer, LeavesNothingBehind) {
    std::filesystem::path directory;
    {
        const ThrowawayServer server("max_connections = 7\n");
        directory = server.directory();
        EXPECT_EQ(query(server.url(), "SHOW max_connections"), "7");
    }
    EXPECT_FALSE(std::filesystem::exists(directory));
}

}  // namespace
}  // namespace stele
