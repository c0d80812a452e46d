// The one list of modules: each is a folder, and nothing that a module brings is brought twice.
// That the tables of the catalog are theirs: tables_pgtest.cpp.
#include "app/modules.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

namespace stele::app {
namespace {

// The folders of src that have a stele_module.
std::set<std::string> folders() {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("src"))
        if (entry.path().filename() == "CMakeLists.txt")
            out.insert(entry.path().parent_path().filename());
    return out;
}

TEST(Modules, AreFoldersEachAndListedOnce) {
    const std::set<std::string> known = folders();
    std::set<std::string_view> seen;
    for (const Module& module : modules()) {
        EXPECT_TRUE(known.contains(std::string(module.name))) << module.name;
        EXPECT_TRUE(seen.insert(module.name).second) << module.name;
        EXPECT_TRUE(module.operations || !module.tables.empty()) << module.name;
    }
    EXPECT_GT(seen.size(), 20u);
}

TEST(Modules, EachTaskAndKindBelongsToOne) {
    std::set<std::string> tasks, kinds;
    for (const Module& module : modules()) {
        for (const BackgroundTask& one : module.tasks)
            EXPECT_TRUE(tasks.insert(one.task.name).second) << one.task.name;
        for (const graph::Kind& kind : module.kinds)
            EXPECT_TRUE(kinds.insert(std::string(kind.name)).second) << kind.name;
    }
    EXPECT_THAT(tasks, testing::SizeIs(3));
    EXPECT_GT(kinds.size(), 5u);
}

}  // namespace
}  // namespace stele::app
