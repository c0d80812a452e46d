// Texts of other programs as memories: nothing is lost for one character, nothing changed in
// silence.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "foundation/base/error.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/memory/transfer.hpp"
#include "support/temp_folder.hpp"

namespace stele::memory {
namespace {

using namespace std::string_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class MemoryImport : public ::testing::Test {
  protected:
    void write(const std::string& path, const std::string& text) const { folder.write(path, text); }

    ImportOutput import(ImportFormat format, const std::string& data) {
        ImportInput in;
        in.format = format;
        in.data = data;
        return import_memories(context, in);
    }

    ImportOutput import_notes(std::vector<std::string> include = {}) {
        ImportInput in;
        in.format = ImportFormat::markdown;
        in.path = root.string();
        in.include = std::move(include);
        return import_memories(context, in);
    }

    std::vector<Memory> all() {
        Filter filter;
        filter.scope = "all";
        return list(context, filter, 100, {}).results;
    }

    World world;
    runtime::Context context = world.context();
    testing::TempFolder folder;
    const std::filesystem::path& root = folder.path;
};

TEST_F(MemoryImport, EncodingsAreConvertedOrNamed) {
    std::string wide;
    for (const char c : "# Sixteen\n\nbits a letter\n"s) wide += {c, '\0'};
    write("bom.md", "\xEF\xBB\xBF# Title\n\nbehind a mark\n");
    write("latin1.md",
          "# Stra\xDF"
          "e\n\nK\xF6nigsstra\xDF"
          "e\n");
    write("nul.md", "# Zero\n\nbefore\0after\n"s);
    write("picture.md", "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\xFF\xFE"s);
    write("sjis.md",
          "# \x89\xEF\x8B"
          "c\n\n\x8E\x9F\x82\xCC\x89\xEF\x8B"
          "c\n");
    write("wide.md", "\xFF\xFE" + wide);
    const ImportOutput out = import_notes();
    EXPECT_THAT(contents(all()),
                UnorderedElementsAre("Title\n\nbehind a mark", "Straße\n\nKönigsstraße",
                                     "Zero\n\nbefore\uFFFDafter", "Sixteen\n\nbits a letter"));
    EXPECT_EQ(out.stored, 4);
    EXPECT_EQ(out.repaired, 3);
    EXPECT_THAT(out.changes, ElementsAre(HasSubstr("latin1.md"), HasSubstr("nul.md"),
                                         AllOf(HasSubstr("wide.md"), HasSubstr("UTF-16"))));
    EXPECT_EQ(out.skipped, 2);
    EXPECT_THAT(out.problems, ElementsAre(AllOf(HasSubstr("picture.md"), HasSubstr("binary")),
                                          AllOf(HasSubstr("sjis.md"), HasSubstr("encoding"))));
    ImportInput one;
    one.format = ImportFormat::markdown;
    one.path = (root / "sjis.md").string();
    EXPECT_EQ(code_of([&] { import_memories(context, one); }), Code::invalid_argument);
}

TEST_F(MemoryImport, ALongSectionIsSplitAtItsParagraphs) {
    std::string text = "# Long\n\n";
    for (int i = 0; i < 60; ++i)
        text += fmt::format("paragraph {} ", i) + std::string(2000, 'x') + "\n\n";
    text += "The needle is a purple xylophone.\n\n# Next\n\n" + std::string(70'000, 'y') + "é";
    const ImportOutput out = import(ImportFormat::markdown, text);
    EXPECT_EQ(out.cut, 0);
    const std::vector<Memory> memories = all();
    ASSERT_THAT(memories, SizeIs(4));
    std::size_t paragraphs = 0, needles = 0, letters = 0;
    for (const Memory& m : memories) {
        EXPECT_LE(m.content.size(), limits::kContentBytes);
        EXPECT_EQ(m.metadata.at("parts"), 2);
        const bool is_next = m.metadata.at("part_of") == "data#Next";
        EXPECT_TRUE(m.content.starts_with(is_next ? "Next\n\n" : "Long\n\n"));
        if (is_next) letters += m.content.size() - std::string_view("Next\n\n").size();
        needles += m.content.ends_with("xylophone.");
        for (std::size_t at = 0; (at = m.content.find("paragraph", at)) != m.content.npos; ++at)
            ++paragraphs;
        if (!is_next && m.metadata.at("part") == 2) {
            EXPECT_EQ(m.content.find("paragraph"), 6u);
        }
    }
    EXPECT_EQ(paragraphs, 60u);
    EXPECT_EQ(needles, 1u);
    EXPECT_EQ(letters, 70'002u);  // é has two bytes
}

TEST_F(MemoryImport, FrontMatterGivesTagsAndTitle) {
    write("a.md",
          "---\ntitle: Oven\ntags: [kitchen, bread]\naliases: [stove]\n---\nAbove.\n\n"
          "# Heat\n\n230 degrees.\n");
    write("b.md", "---\ntitle: nothing\n---\n");
    write("c.md", "---\nA text between two rules\n---\nand one behind.\n");
    import_notes();
    const std::vector<Memory> memories = all();
    EXPECT_THAT(contents(memories),
                UnorderedElementsAre("Oven\n\nAbove.", "Heat\n\n230 degrees.",
                                     "---\nA text between two rules\n---\nand one behind."));
    for (const Memory& m : memories)
        if (m.file->ends_with("a.md")) {
            EXPECT_THAT(m.tags, UnorderedElementsAre("kitchen", "bread"));
            EXPECT_EQ(m.metadata.at("title"), "Oven");
            EXPECT_EQ(serialize(m.metadata.at("frontMatter")), R"({"aliases":["stove"]})");
        }
}

TEST_F(MemoryImport, OnlyWhatSomebodyWroteIsRead) {
    ASSERT_EQ(std::system(("git init -q " + root.string()).c_str()), 0);
    write(".gitignore", "build/\n");
    for (const char* path :
         {"note.md", "node_modules/p/README.md", ".obsidian/x.md", "build/out.md", ".git/y.md"})
        write(path, "# "s + path + "\n\ntext\n");
    EXPECT_EQ(import_notes().read, 1);
    EXPECT_EQ(import_notes({".obsidian", "build"}).read, 3);
}

TEST_F(MemoryImport, JsonIsRepairedAndHalfALineNamed) {
    const ImportOutput out =
        import(ImportFormat::jsonl,
               "\xEF\xBB\xBF{\"content\":\"half \\ud83d and \\u0000\",\"category\":\"fact\","
               "\"metadata\":{\"a\":\"\\u0000\"}}\n{\"content\":\"x");
    EXPECT_EQ(out.stored, 1);
    EXPECT_EQ(out.repaired, 1);
    EXPECT_THAT(out.changes, ElementsAre(HasSubstr("data line 1: 3 ×")));
    EXPECT_THAT(out.problems, ElementsAre(HasSubstr("data line 2: half a line")));
    EXPECT_THAT(contents(all()), ElementsAre("half \uFFFD and \uFFFD"));
}

TEST_F(MemoryImport, TheMcpServersFileIsRepaired) {
    const ImportOutput out =
        import(ImportFormat::mcp,
               "\xEF\xBB\xBF{\"type\":\"entity\",\"name\":\"Ada\",\"entityType\":\"person\","
               "\"observations\":[\"likes \\u0000 tea\",7]}\n{\"type\":\"enti");
    EXPECT_EQ(out.stored, 1);
    EXPECT_EQ(out.repaired, 1);
    EXPECT_EQ(out.skipped, 2);
    EXPECT_THAT(contents(all()), ElementsAre("Ada: likes \uFFFD tea"));
}

TEST_F(MemoryImport, ALongCommitIsCutAndSaid) {
    const auto git = [&](const std::string& rest) {
        return std::system(("git -C " + root.string() + " " + rest).c_str());
    };
    ASSERT_EQ(git("init -q"), 0);
    write("message", std::string(70'000, 'x'));
    ASSERT_EQ(git("-c user.name=a -c user.email=a@b commit -q --allow-empty -F message"), 0);
    ImportInput in;
    in.format = ImportFormat::git;
    in.path = root.string();
    const ImportOutput out = import_memories(context, in);
    EXPECT_EQ(out.stored, 1);
    EXPECT_EQ(out.cut, 1);
    EXPECT_THAT(out.changes, ElementsAre(HasSubstr("commit ")));
}

}  // namespace
}  // namespace stele::memory
