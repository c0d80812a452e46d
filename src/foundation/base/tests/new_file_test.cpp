#include "foundation/base/new_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "foundation/base/error.hpp"

namespace stele {
namespace {

namespace fs = std::filesystem;

class NewFileTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = fs::temp_directory_path() / "stele-new-file.XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }
    std::string path(const char* name = "export.jsonl") const { return folder_ / name; }
    std::size_t files() const {
        return std::size_t(std::distance(fs::directory_iterator(folder_), {}));
    }
    static std::string text_of(const std::string& path) {
        std::ifstream in(path);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    fs::path folder_;
};

TEST_F(NewFileTest, IsThereWhenItIsWholeAndItsOwnersAlone) {
    const mode_t usual = ::umask(0);
    {
        NewFile file(path(), "file");
        file.write("a\n");
        EXPECT_FALSE(fs::exists(path()));
        file.write("b\n");
        file.finish();
    }
    EXPECT_EQ(::umask(usual), 0u) << "the process's own mask is left alone";
    EXPECT_EQ(text_of(path()), "a\nb\n");
    EXPECT_EQ(files(), 1u);
    struct stat status {};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(NewFileTest, WhatIsNotFinishedGoesAway) {
    std::ofstream(path()) << "before";
    {
        NewFile file(path(), "file");
        file.write("half");
    }
    EXPECT_EQ(text_of(path()), "before");
    EXPECT_EQ(files(), 1u);
}

// Whoever may write into the folder lays links where the file will be: what they point at stays.
TEST_F(NewFileTest, LinksAreReplacedAndNotFollowed) {
    std::ofstream(path("victim")) << "precious";
    fs::create_symlink(path("victim"), path());
    fs::create_symlink(path("victim"), path() + ".partial");
    NewFile file(path(), "file");
    file.write("new");
    file.finish();
    EXPECT_EQ(text_of(path("victim")), "precious");
    EXPECT_FALSE(fs::is_symlink(path()));
    EXPECT_EQ(text_of(path()), "new");
}

TEST_F(NewFileTest, SaysWhichFieldNamesAPlaceThatIsNone) {
    try {
        NewFile file(path("no/folder"), "file");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid_argument);
        EXPECT_TRUE(std::string_view(error.what()).starts_with("file: ")) << error.what();
    }
}

TEST_F(NewFileTest, APlaceThatIsGoneIsAnError) {
    NewFile file(path(), "file");
    fs::remove_all(folder_);  // its folder goes: it cannot take its place
    EXPECT_THROW(file.finish(), Error);
}

}  // namespace
}  // namespace stele
