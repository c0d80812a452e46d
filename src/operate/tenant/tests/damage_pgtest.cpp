// A file that is not what scoped-export wrote is refused before the first write, and the reason is
// told.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/hash.hpp"
#include "operate/tenant/tests/fixture.hpp"

namespace stele::tenant {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
        out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

// A file as somebody would forge it: the checksums are right again.
std::string with_right_checksums(const std::string& text) {
    std::string out, rows, control;
    std::size_t count = 0, all = 0, sections = 0;
    for (const std::string& line : lines_of(text)) {
        std::string next = line;
        if (line.starts_with('[')) {
            rows += line;
            ++count;
        } else if (line.starts_with("{\"end\"")) {
            const std::string table = line.substr(0, line.find(','));
            next =
                fmt::format("{},\"rows\":{},\"sha256\":\"{}\"}}\n", table, count, sha256_hex(rows));
            all += count;
            ++sections;
            count = 0;
            rows.clear();
        } else if (line.starts_with("{\"trailer\"")) {
            next = fmt::format("{{\"trailer\":{},\"rows\":{},\"sha256\":\"{}\"}}\n", sections, all,
                               sha256_hex(control));
        }
        if (!next.starts_with('[')) control += next;
        out += next;
    }
    return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return text.replace(at, from.size(), to);
}

class Damage : public ::testing::Test {
  protected:
    void SetUp() override {
        add_models(source_.url());
        add_rows(source_.url(), 1, 150, "one");
        add_rows(source_.url(), 2, 150, "two");
        there_.export_to(folder_ / "a", 1);
        there_.export_to(folder_ / "b", 2);
        good_ = read(folder_ / "a");
        before_ = state(target_.url());
    }

    // Tried as a dry run: it reads and checks as the real one does.
    Error refused(const std::string& text) {
        write(folder_ / "bad", text);
        return refusal([&] { here_.import(folder_ / "bad", {{"dryRun", true}}); });
    }
    void expect_refused(const std::string& text, const std::string& why) {
        const Error error = refused(text);
        EXPECT_THAT(error.what(), HasSubstr(why));
        EXPECT_EQ(error.code(), Code::refused);
    }

    TestDatabase source_, target_;
    const Folder folder_;
    Operator there_{source_.app_url()}, here_{target_.app_url()};
    std::string good_, before_;
};

TEST_F(Damage, OneFlippedByteAnywhere) {
    for (std::size_t at = 0; at < good_.size(); at += at < 4096 ? 64 : 4096) {
        for (const int bit : {0, 5}) {
            std::string bad = good_;
            bad[at] = char(bad[at] ^ (1 << bit));
            EXPECT_EQ(refused(bad).code(), Code::refused) << at << " bit " << bit;
        }
    }
    for (std::size_t at = good_.size() - 120; at < good_.size(); ++at) {
        std::string bad = good_;
        bad[at] = char(bad[at] ^ 1);
        EXPECT_EQ(refused(bad).code(), Code::refused) << at;
    }
    EXPECT_EQ(state(target_.url()), before_);
}

TEST_F(Damage, CutOffAtEverySectionAndLine) {
    std::size_t at = 0;
    for (const std::string& line : lines_of(good_)) {
        if (!line.starts_with('[') || at % 7 == 0)
            expect_refused(good_.substr(0, at), at == 0 ? "cut off" : "the file ends here");
        expect_refused(good_.substr(0, at + line.size() - 1), "in the middle of this line");
        at += line.size();
    }
    expect_refused(good_ + "\n", "more after the trailer");
    expect_refused(good_ + good_, "more after the trailer");
}

// The lines behind the head of that section.
std::vector<std::string> rows_of_memories(const std::string& text) {
    auto out = lines_of(text);
    const auto head = std::ranges::find_if(out, [](const std::string& line) {
        return line.starts_with("{\"section\":\"memories\"}");
    });
    out.erase(out.begin(), std::min(head + 1, out.end()));
    return out;
}

TEST_F(Damage, SectionsOfTwoFilesAndRowsInAnotherOrder) {
    there_.export_to(folder_ / "again", 1);
    query(source_.url(), fmt::format("SET session_replication_role = replica; DELETE FROM "
                                     "memory_receipts WHERE org_id = '{}'",
                                     org_of(1)));
    there_.export_to(folder_ / "later", 1);
    const auto section = [](const std::string& text, const std::string& table) {
        const auto from = text.find(fmt::format("{{\"section\":\"{}\"}}", table));
        const auto end = text.find('\n', text.find(fmt::format("{{\"end\":\"{}\"", table))) + 1;
        return text.substr(from, end - from);
    };
    for (const char* table :
         {"memories", "embedding_queue", "memory_receipts", "memory_vectors", "memory_versions"}) {
        const std::string mine = section(good_, table);
        expect_refused(replaced(good_, mine, section(read(folder_ / "b"), table)),
                       "is not the header's tenant's");
        expect_refused(replaced(good_, mine, ""), "was expected here");
        expect_refused(replaced(good_, mine, mine + mine), "was expected here");
    }
    // The same tenant at another time: every section is right in itself.
    expect_refused(replaced(good_, section(good_, "memory_receipts"),
                            section(read(folder_ / "later"), "memory_receipts")),
                   "trailer");
    // The header of another export.
    expect_refused(
        replaced(good_, lines_of(good_)[0], replaced(lines_of(good_)[0], "stele 0", "stele 9")),
        "trailer");
    const auto rows = rows_of_memories(good_);
    expect_refused(replaced(good_, rows[1] + rows[2], rows[2] + rows[1]), "says otherwise");
    expect_refused(replaced(good_, rows[1], ""), "says otherwise");
    expect_refused(replaced(good_, rows[1], rows[1] + rows[1]), "says otherwise");
    const std::string receipts = section(good_, "memory_receipts");
    const std::string vectors = section(good_, "memory_vectors");
    expect_refused(replaced(replaced(good_, vectors, ""), receipts, vectors + receipts),
                   "the section of memory_receipts was expected here");
}

TEST_F(Damage, AForgedFileWithRightChecksums) {
    ASSERT_EQ(with_right_checksums(good_), good_);
    const auto forged = [&](const std::string& from, const std::string& to) {
        return with_right_checksums(replaced(good_, from, to));
    };
    const std::string row = rows_of_memories(good_)[0];
    expect_refused(forged(row, replaced(row, org_of(1), org_of(2))), "not the header's tenant's");
    expect_refused(forged(row, replaced(row, org_of(1), org_of(1) + "x")), "tenant's");
    expect_refused(forged(row, replaced(row, "\",\"", "\", \"")), "tenant's");
    expect_refused(forged(row, replaced(row, ",null", "")), " values, this one has ");
    expect_refused(forged(row, replaced(row, "null", "nil")), "expected a string or null");
    expect_refused(forged("\"formatVersion\":1", "\"formatVersion\":2"), "format version 2");
    expect_refused(forged("stele-scoped", "stele-scooped"), "not a stele-scoped file");
    expect_refused(forged("\"created\"", "\"creator\""), "creator");
    EXPECT_EQ(
        refused(forged("{\"name\":\"scope\"", "{\"name\":\"scope; DROP TABLE memories\"")).code(),
        Code::refused);
    EXPECT_EQ(refused(forged("\"version\":\"0001\"", "\"version\":\"0002\"")).code(),
              Code::refused);
    // Values that PostgreSQL does not take: found out inside the transaction.
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"\"01890a5d-0000-7000-8000-000000000001\"", "\"01890a5d\""},
             {"shared text", "shared \xff text"},
             {"\"project:/one\"", "\"elsewhere\""}}) {
        write(folder_ / "bad", forged(from, to));
        EXPECT_ANY_THROW(here_.import(folder_ / "bad")) << from;
    }
    EXPECT_EQ(state(target_.url()), before_);
}

TEST_F(Damage, WhatIsNoFileAtAll) {
    EXPECT_THAT(refusal([&] { here_.import(folder_ / "none"); }).what(),
                HasSubstr("cannot be read"));
    EXPECT_THAT(refusal([&] { here_.import(folder_.path().string()); }).what(),
                HasSubstr("not a regular file"));
    expect_refused("", "cut off");
    expect_refused("hello\n", "not a stele-scoped file");
    expect_refused("[1]\n", "not a stele-scoped file");
    expect_refused(std::string(3 * 1024 * 1024, 'x'), "cut off");
    EXPECT_EQ(state(target_.url()), before_);
}

TEST_F(Damage, AnotherSchemaIsRefused) {
    query(target_.url(),
          "UPDATE schema_migrations SET checksum = repeat('0', 64) WHERE version = 1");
    Error error = refusal([&] { here_.import(folder_ / "a"); });
    EXPECT_EQ(exit_code_of(error.code()), 4);
    EXPECT_THAT(error.what(), HasSubstr("checksums differ"));
    query(target_.url(),
          "INSERT INTO schema_migrations SELECT 99, 'next', checksum, phase, now(), 1, '' FROM "
          "schema_migrations WHERE version = 1");
    EXPECT_THAT(refusal([&] { here_.import(folder_ / "a"); }).what(),
                HasSubstr(", this database is at 0099"));
    const TestDatabase altered;
    query(altered.url(), "ALTER TABLE memory_vectors ADD COLUMN more int");
    EXPECT_THAT(refusal([&] { Operator(altered.app_url()).import(folder_ / "a"); }).what(),
                HasSubstr("memory_vectors is not here as it was"));
    query(altered.url(), "DROP TABLE memory_versions");
    EXPECT_EQ(refusal([&] { Operator(altered.app_url()).import(folder_ / "a"); }).code(),
              Code::refused);
}

}  // namespace
}  // namespace stele::tenant
