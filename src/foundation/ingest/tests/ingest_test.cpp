#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "foundation/base/error.hpp"
#include "foundation/base/json_repair.hpp"
#include "foundation/ingest/decode.hpp"
#include "foundation/ingest/folder.hpp"
#include "foundation/ingest/front_matter.hpp"
#include "foundation/ingest/read.hpp"

namespace stele::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string utf16(std::u16string_view text, bool big) {
    std::string out;
    for (const char16_t c : text) {
        const char high = char(c >> 8), low = char(c & 0xFF);
        out += {big ? high : low, big ? low : high};
    }
    return out;
}

std::string problem_of(const std::string& bytes) {
    try {
        decode(bytes);
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(Decode, Utf8IsKeptAndItsMarkTakenOff) {
    EXPECT_EQ(decode("Größe 🚀").text, "Größe 🚀");
    EXPECT_EQ(decode("Größe 🚀").change, "");
    EXPECT_EQ(decode("\xEF\xBB\xBF# Title").text, "# Title");
    EXPECT_EQ(decode("\xEF\xBB\xBF# Title").change, "");
    EXPECT_EQ(decode("").text, "");
}

TEST(Decode, Utf16InBothOrdersWithAndWithoutItsMark) {
    const std::u16string text = u"# Straße 🚀 and so on";
    for (const bool big : {false, true}) {
        EXPECT_EQ(decode(utf16(u"\uFEFF" + text, big)).text, "# Straße 🚀 and so on");
        EXPECT_EQ(decode(utf16(text, big)).text, "# Straße 🚀 and so on");
        EXPECT_EQ(decode(utf16(text, big)).change, "converted from UTF-16");
    }
    EXPECT_EQ(decode(utf16(u"\uFEFFa\xD83D"s + u"b", false)).text, "a\uFFFDb");
}

TEST(Decode, WesternBytesAreConvertedAndSaid) {
    const Decoded one = decode(
        "K\xF6nigsstra\xDF"
        "e, \x80 5 \x96 ok");
    EXPECT_EQ(one.text, "Königsstraße, € 5 – ok");
    EXPECT_EQ(one.change, "converted from Windows-1252");
}

TEST(Decode, SingleDamagedBytesAndZerosAreReplaced) {
    EXPECT_EQ(decode("Größe \xFF übermäßig").text, "Größe \uFFFD übermäßig");
    EXPECT_EQ(decode("before\0after"s).text, "before\uFFFDafter");
    EXPECT_THAT(decode("before\0after"s).change, HasSubstr("1 × U+FFFD"));
}

TEST(Decode, BinaryAndUnknownEncodingsAreRefused) {
    EXPECT_THAT(problem_of("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s), HasSubstr("binary"));
    EXPECT_THAT(problem_of("# \x89\xEF\x8B"
                           "c\n\n\x8E\x9F\x82\xCC\x89\xEF\x8B"
                           "c\x82\xCD"),
                HasSubstr("encoding"));  // Shift-JIS
    EXPECT_THAT(problem_of("# \xB2\xBF\xC3\xC5\n\n\xB2\xBF\xC3\xC5\xC1\xF7\xB3\xCC"),
                HasSubstr("encoding"));  // GBK
}

TEST(JsonRepair, ReplacesWhatPostgresqlDoesNotTake) {
    const auto text = [](std::string_view json) {
        const RepairedJson out = parse_json_repaired(json, "line");
        return serialize(out.value) + " " + std::to_string(out.replaced);
    };
    EXPECT_EQ(text(R"({"a":"x"})"), R"({"a":"x"} 0)");
    EXPECT_EQ(text(R"({"a":"x\u0000y"})"), "{\"a\":\"x\uFFFDy\"} 1");
    EXPECT_EQ(text(R"({"a\u0000":1})"), "{\"a\uFFFD\":1} 1");
    EXPECT_EQ(text(R"(["\ud83d and", "\ude80", "\ud83d\ude80", "\\ud83d"])"),
              "[\"\uFFFD and\",\"\uFFFD\",\"🚀\",\"\\\\ud83d\"] 2");
    EXPECT_EQ(text("[\"a\tb\", NaN, -Infinity]"), R"(["a\tb",null,null] 2)");
    EXPECT_EQ(text(R"(["C:\Users"])"), R"(["C:\\Users"] 1)");
    EXPECT_THROW(text(R"({"a":)"), Error);
    std::string deep = "1";
    for (int i = 0; i < 100; ++i) deep = "[" + deep + "]";
    EXPECT_NO_THROW(parse_json_repaired(deep, "line"));
}

TEST(Json, APieceIsNotRefusedForItsBytes) {
    Notes notes;
    EXPECT_EQ(read_json("[\"a\x81\x8D\0b\"]"s, "f line 1", notes),
              json::value({"a\uFFFD\uFFFD\uFFFDb"}));
    EXPECT_EQ(read_json("[\"K\xF6nig\"]", "f line 2", notes), json::value({"König"}));
    EXPECT_THAT(notes.changes, ElementsAre("f line 1: 3 × U+FFFD instead of what cannot be kept",
                                           "f line 2: converted from Windows-1252"));
    EXPECT_EQ(notes.repaired, 2);
}

TEST(Lines, HalfALineAtTheEndIsSkippedAndNamed) {
    std::istringstream in("{\"a\":1}\n\n{\"a\":");
    Notes notes;
    std::vector<std::string> places;
    for_each_json_line(in, "f", notes, [&](const Line& line) { places.push_back(line.place); });
    EXPECT_THAT(places, ElementsAre("f line 1"));
    EXPECT_EQ(notes.skipped, 1);
    EXPECT_THAT(notes.problems, ElementsAre(HasSubstr("f line 3")));
    std::istringstream western("[\"K\xF6nig\"]");
    for_each_json_line(western, "f", notes,
                       [&](const Line& line) { places.push_back(line.place); });
    EXPECT_EQ(notes.skipped, 1);
    // A whole one without an end of line is read, as is half of one that has an end.
    std::istringstream whole("{\"a\":\n{\"a\":1}");
    Notes none;
    places.clear();
    for_each_json_line(whole, "f", none, [&](const Line& line) { places.push_back(line.place); });
    EXPECT_THAT(places, SizeIs(2));
    EXPECT_EQ(none.skipped, 0);
}

TEST(FrontMatter, IsTakenOffAndRead) {
    const auto split =
        split_front_matter("---\r\ntitle: Ofen\r\ntags: [küche, brot]\r\n---\r\nText");
    ASSERT_TRUE(split);
    EXPECT_EQ(split->rest, "Text");
    const json::object front = read_front_matter(split->yaml);
    EXPECT_EQ(front.at("title"), "Ofen");
    EXPECT_THAT(front_matter_tags(front), ElementsAre("küche", "brot"));
    EXPECT_THAT(front_matter_tags({{"tags", "#a, b"}}), ElementsAre("a", "b"));
    EXPECT_THAT(front_matter_tags({{"tags", "#a #b"}}), ElementsAre("a", "b"));
    EXPECT_FALSE(split_front_matter("# Title\n---\n"));
    EXPECT_FALSE(split_front_matter("---\nno end"));
    EXPECT_THROW(read_front_matter("just a sentence"), Error);
    EXPECT_THROW(read_front_matter("a: [b"), Error);
}

class Folder : public ::testing::Test {
  protected:
    Folder() {
        char name[] = "/tmp/stele-ingest.XXXXXX";
        root = ::mkdtemp(name);
    }
    ~Folder() override { fs::remove_all(root); }

    void write(const std::string& path, const std::string& text = "x") {
        fs::create_directories((root / path).parent_path());
        std::ofstream(root / path) << text;
    }

    std::vector<std::string> found(std::vector<std::string> include = {}) {
        std::vector<std::string> out;
        for (const fs::path& file : files_below(root, {".md", std::move(include)}, notes))
            out.push_back(file.lexically_relative(root).string());
        return out;
    }

    fs::path root;
    Notes notes;
};

TEST_F(Folder, LeavesOutWhatNobodyWrote) {
    for (const char* path : {"a.md", "b/c.md", ".git/d.md", "node_modules/p/e.md", ".obsidian/f.md",
                             ".obsidian/plugins/g.md", "b/.trash/h.md", "note.txt"})
        write(path);
    fs::create_directory_symlink(root, root / "loop");
    EXPECT_THAT(found(), ElementsAre("a.md", "b/c.md"));
    EXPECT_THAT(found({".obsidian/plugins"}),
                ElementsAre(".obsidian/plugins/g.md", "a.md", "b/c.md"));
    EXPECT_THAT(found({"node_modules/"}), ElementsAre("a.md", "b/c.md", "node_modules/p/e.md"));
    EXPECT_THAT(notes.problems, IsEmpty());
}

TEST_F(Folder, AsksGitWhatItIgnores) {
    ASSERT_EQ(std::system(("git init -q " + root.string()).c_str()), 0);
    write(".gitignore", "build/\n*.tmp.md\n!keep.tmp.md\n");
    for (const char* path : {"a.md", "build/b.md", "c.tmp.md", "keep.tmp.md", "docs/d.md"})
        write(path);
    write("docs/.gitignore", "private\n");
    write("docs/private/e.md");
    EXPECT_THAT(found(), ElementsAre("a.md", "docs/d.md", "keep.tmp.md"));
    EXPECT_THAT(found({"build"}), ElementsAre("a.md", "build/b.md", "docs/d.md", "keep.tmp.md"));
    // A folder that is named itself is read, whatever git says of it.
    Notes own;
    EXPECT_THAT(files_below(root / "build", {".md", {}}, own), SizeIs(1));
    EXPECT_THAT(own.problems, IsEmpty());
}

TEST_F(Folder, KeepsToGitignoreOutsideARepositoryAndInNestedOnes) {
    write("vault/.gitignore", "drafts/\n");
    write("vault/drafts/a.md");
    write("vault/b.md");
    write("code/notes.md");
    ASSERT_EQ(std::system(("git init -q " + (root / "code").string()).c_str()), 0);
    write("code/.git/info/exclude", "local.md\n");
    write("code/local.md");
    write("code/.gitignore", "out/\n");
    write("code/out/c.md");
    EXPECT_THAT(found(), ElementsAre("code/notes.md", "vault/b.md"));
    EXPECT_THAT(found({"drafts"}), ElementsAre("code/notes.md", "vault/b.md", "vault/drafts/a.md"));
    EXPECT_THAT(notes.problems, IsEmpty());
    // However the folder is written.
    Notes other;
    EXPECT_THAT(files_below(root.string() + "/vault/", {".md", {}}, other), SizeIs(1));
}

}  // namespace
}  // namespace stele::ingest
