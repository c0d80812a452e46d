#include "work/agent_health/context_file.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "foundation/base/error.hpp"
#include "foundation/pg/database.hpp"
#include "runtime/settings.hpp"

namespace stele::agent_health {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

struct Folder {
    fs::path path;
    runtime::Settings settings;
    pg::Database nobody{pg::ConnInfo::parse("host=/nowhere"), {}};

    Folder() {
        char name[] = "/tmp/stele-context-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Folder() { fs::remove_all(path); }

    fs::path file() const { return path / kContextFile; }
    void write(const std::string& text) const { std::ofstream(file(), std::ios::binary) << text; }
    int files() const {
        return int(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
    ContextCheckOutput check(bool own_process = true) {
        runtime::Context context{{}, settings, nobody, nullptr, {}, {}, "", false, {}};
        context.own_process = own_process;
        return check_context(context, {path.string()});
    }
    Code problem(bool own_process = true) {
        try {
            check(own_process);
        } catch (const Error& error) {
            return error.code();
        }
        ADD_FAILURE() << "nothing was thrown";
        return Code::internal;
    }
};

TEST(ContextFile, IsTakenOnce) {
    Folder folder;
    EXPECT_FALSE(folder.check().has_context);
    folder.write("Use port 7000.\n");
    const ContextCheckOutput found = folder.check();
    EXPECT_TRUE(found.has_context);
    EXPECT_EQ(found.content, "Use port 7000.\n");
    EXPECT_EQ(folder.files(), 0);
    EXPECT_FALSE(folder.check().has_context);
    folder.write(" \n");
    EXPECT_FALSE(folder.check().has_context);
    EXPECT_EQ(folder.files(), 0);
}

TEST(ContextFile, IsForWhoSitsHere) {
    Folder folder;
    folder.write("secret plans");
    EXPECT_EQ(folder.problem(false), Code::forbidden);
    EXPECT_TRUE(fs::exists(folder.file()));
}

TEST(ContextFile, WhatCannotBeReadStays) {
    Folder folder;
    folder.write(std::string(limits::kContextFileBytes + 1, 'x'));
    EXPECT_EQ(folder.problem(), Code::too_large);
    EXPECT_EQ(fs::file_size(folder.file()), limits::kContextFileBytes + 1);
    EXPECT_EQ(folder.files(), 1);
    folder.write("\xff\xfe");
    EXPECT_EQ(folder.problem(), Code::invalid_argument);
    EXPECT_EQ(folder.files(), 1);
    fs::remove(folder.file());
    fs::create_symlink("/etc/hostname", folder.file());
    EXPECT_EQ(folder.problem(), Code::invalid_argument);
    EXPECT_TRUE(fs::is_symlink(folder.file()));
    EXPECT_TRUE(fs::exists("/etc/hostname"));
}

TEST(ContextFile, WhatADeadProcessTookIsNotLost) {
    Folder folder;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    std::ofstream(folder.path / ("context.md.taken-" + std::to_string(child) + "-1")) << "older";
    std::ofstream(folder.path / ("context.md.taken-" + std::to_string(::getpid()) + "-999"))
        << "somebody reads it now";
    folder.write("newer");
    EXPECT_EQ(folder.check().content, "older\n\nnewer");
    EXPECT_EQ(folder.files(), 1);
}

TEST(ContextFile, OneOfManyHasIt) {
    Folder folder;
    for (int round = 0; round < 50; ++round) {
        folder.write("text");
        std::atomic<int> found = 0;
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&] { found += folder.check().has_context ? 1 : 0; });
        }
        EXPECT_EQ(found, 1);
        EXPECT_EQ(folder.files(), 0);
    }
}

}  // namespace
}  // namespace stele::agent_health
