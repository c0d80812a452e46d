// main() of every *_pgtest program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "foundation/base/log.hpp"
#include "support/test_server.hpp"

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    stele::log::set_level(stele::log::Level::error);
    if (stele::testing::server_url().empty() && !GTEST_FLAG_GET(list_tests)) {
        std::fputs("there is no PostgreSQL to test with: run me through script/with-postgres\n",
                   stderr);
        return 2;
    }
    // ctest says which program is under test; run by hand, it is the one beside this.
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    ::setenv("STELE_BINARY", (self.parent_path() / "stele").c_str(), 0);
    return RUN_ALL_TESTS();
}
