// The manifest's seal and the rotation of backups: no database.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "operate/archive/compare.hpp"
#include "operate/archive/dump.hpp"
#include "operate/archive/manifest.hpp"
#include "operate/archive/rotation.hpp"

namespace stele::archive {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Manifest sample() {
    Manifest out;
    out.tool = "stele test";
    out.made_at = Timestamp{1'700'000'000'000'000};
    out.source = {"localhost", "5432", "stele", "public", "17.6"};
    out.migration_version = 1;
    out.migrations = {{1, "foundation", std::string(64, 'a')}};
    out.extensions = {{"vector", "0.8.6"}};
    out.tables = {{"memories", 3, "-17"}, {"memory_vectors", 0, "0"}};
    out.grants = {{"stele_runtime", "TABLE memories", "SELECT"}};
    out.dump = {"a.dump", 4711, std::string(64, 'b')};
    out.redaction = "nothing";
    return out;
}

TEST(Manifest, ComesBackAsItWasWritten) {
    const std::string text = manifest_text(sample());
    const Manifest back = parse_manifest(text, "m");
    EXPECT_EQ(manifest_text(back), text);
    EXPECT_EQ(back.tables, sample().tables);
    EXPECT_EQ(back.rows(), 3);
}

TEST(Manifest, EveryFlippedByteAndEveryTruncationIsRefused) {
    const std::string text = manifest_text(sample());
    for (const char mask : {'\x01', '\x2a', '\x80'})  // 0x2a makes a space of a line's end
        for (std::size_t i = 0; i < text.size(); ++i) {
            std::string altered = text;
            altered[i] = char(altered[i] ^ mask);
            EXPECT_THROW(parse_manifest(altered, "m"), Error) << "byte " << i;
        }
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_THROW(parse_manifest(text.substr(0, size), "m"), Error) << "cut at " << size;
}

TEST(Manifest, SaysWhatIsWrong) {
    std::string text = manifest_text(sample());
    text.replace(text.find("4711"), 4, "4712");
    try {
        parse_manifest(text, "m");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("was altered: its seal does not fit"));
        EXPECT_THAT(error.hint(), HasSubstr("stele db backups"));
    }
}

TEST(Compare, NamesEveryDifference) {
    Manifest actual = sample();
    EXPECT_TRUE(compare(sample(), actual).empty());
    actual.migration_version = 2;
    actual.tables = {{"memories", 3, "-18"}, {"others", 1, "5"}};
    actual.extensions = {{"vector", "0.8.5"}};
    std::vector<std::string> what;
    for (const Finding& finding : compare(sample(), actual)) what.push_back(finding.what);
    EXPECT_THAT(what, ElementsAre("migration version", "checksum of memories",
                                  "table memory_vectors", "table others", "extension vector"));
}

Timestamp day(int n) {  // 0 is Monday, 2024-01-01
    return {(19'723LL + n) * 86'400'000'000LL + 3'600'000'000LL};
}

std::vector<RotatedBackup> on(std::initializer_list<int> days) {
    std::vector<RotatedBackup> out;
    for (const int n : days) out.push_back({day(n), false});
    return out;
}

// The places of those that rotation removes.
std::vector<std::size_t> outdated(const std::vector<RotatedBackup>& backups,
                                  const Rotation& rotation) {
    const auto reasons = reasons_to_keep(backups, rotation);
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < reasons.size(); ++i)
        if (reasons[i].empty()) out.push_back(i);
    return out;
}

TEST(Rotation, KeepsTheNewestOfEachDayWeekAndMonth) {
    std::vector<RotatedBackup> backups;
    for (int n = 99; n >= 0; --n) backups.push_back({day(n), false});  // 2024-04-09 … 2024-01-01
    std::vector<int> kept;
    const auto gone = outdated(backups, {7, 4, 3});
    for (int n = 99; n >= 0; --n)
        if (std::ranges::find(gone, std::size_t(99 - n)) == gone.end()) kept.push_back(n);
    // Days 99…93; Sundays 97 (in the days), 90, 83 and the running week; the ends of March (in the
    // weeks) and February and the running month.
    EXPECT_THAT(kept, ElementsAre(99, 98, 97, 96, 95, 94, 93, 90, 83, 59));
}

TEST(Rotation, ASecondBackupOfADayRemovesTheFirstOnlyWhenAsked) {
    const auto backups = on({3, 3, 2, 2});
    EXPECT_TRUE(outdated(backups, {2, 0, 0}).empty());
    EXPECT_THAT(outdated(backups, {1, 0, 0}), ElementsAre(2, 3));
    EXPECT_THAT(outdated(backups, {2, 0, 0, true}), ElementsAre(1, 3));
    EXPECT_THAT(outdated(backups, {1, 0, 0, true}), ElementsAre(1, 2, 3));
}

TEST(Rotation, TheNewestAndTheNewestVerifiedStayWhateverIsAskedFor) {
    auto backups = on({9, 8, 7, 6});
    backups[2].verified = backups[3].verified = true;
    EXPECT_THAT(outdated(backups, {1, 0, 0, true}), ElementsAre(1, 3));
    EXPECT_EQ(reasons_to_keep(backups, {1, 0, 0}).at(2), "the newest that was verified");
    EXPECT_TRUE(outdated(on({3}), {1, 0, 0}).empty());
    EXPECT_TRUE(outdated({}, {}).empty());
}

TEST(DumpName, KeepsADatabasesNameOutOfThePath) {
    for (const auto& [database, wanted] : {std::pair{"stele", "stele"},
                                           {"a/b", "a%2Fb"},
                                           {"../etc", "%2E.%2Fetc"},
                                           {"..", "%2E."},
                                           {"-rf", "%2Drf"},
                                           {"My Base", "My%20Base"},
                                           {"50%", "50%25"},
                                           {"a\\b", "a%5Cb"},
                                           {"größe", "größe"}}) {
        EXPECT_EQ(file_name_of(database), wanted);
        EXPECT_EQ(dump_name("/b", "", database, day(0)).parent_path(), "/b");
    }
}

}  // namespace
}  // namespace stele::archive
