// Backups of several databases in one directory, and the incident in which a second one is made.
#include "archive_fixture.hpp"
#include "operate/archive/backups.hpp"

namespace stele::archive {
namespace {

class Backups : public Archive {
  protected:
    std::string backup(const TestDatabase& database, json::object input = {}) {
        input["dir"] = (dir / "b").string();
        last = run(database.url(), "db.backup", input);
        return std::string(last.at("file").as_string());
    }
    static json::object strictest() {
        return {{"daily", 1}, {"weekly", 0}, {"monthly", 0}, {"rotate", true}};
    }
    json::value last;
};

TEST_F(Backups, ASecondOneOfTheDayLeavesTheFirst) {
    const TestDatabase database;
    fill(database, 20);
    const std::string good = backup(database);
    query(database.url(), "DELETE FROM memories");
    const std::string damaged = backup(database);
    EXPECT_TRUE(fs::exists(good));
    EXPECT_TRUE(last.at("removed").as_array().empty());
    ASSERT_EQ(last.at("kept").as_array().size(), 2u);
    EXPECT_EQ(last.at("kept").at(0).at("file"), json::string(damaged));
    EXPECT_EQ(last.at("kept").at(0).at("why"), "the newest");
    EXPECT_EQ(last.at("kept").at(1).at("file"), json::string(good));
    EXPECT_EQ(last.at("kept").at(1).at("why"), "of a day that is kept");
    run(database.url(), "db.restore",
        words("restore-postgres", {{"file", good}, {"replace", true}}));
    EXPECT_EQ(query(database.url(), "SELECT count(*) FROM memories"), "20");
}

TEST_F(Backups, OfAnotherDatabaseAreLeftAlone) {
    const TestDatabase one, two;
    fill(one, 20);
    fill(two, 20);
    const std::string ones = backup(one);
    const std::string twos = backup(two, strictest());
    EXPECT_TRUE(fs::exists(ones));
    EXPECT_EQ(last.at("leftAlone"), 1);
    backup(two, strictest());
    EXPECT_TRUE(fs::exists(ones));
    EXPECT_FALSE(fs::exists(twos));  // its own older one of the day, since that was asked for
    const auto listed = run(one.url(), "db.backups", {{"dir", (dir / "b").string()}});
    ASSERT_EQ(listed.at("backups").as_array().size(), 2u);
    EXPECT_EQ(listed.at("backups").at(0).at("file"), json::string(ones));
    EXPECT_EQ(listed.at("backups").at(0).at("own"), true);
    EXPECT_EQ(listed.at("backups").at(1).at("own"), false);
}

TEST_F(Backups, TheNewestVerifiedOneStays) {
    const TestDatabase database;
    fill(database, 20);
    const std::string verified = backup(database);
    run(database.url(), "db.verify_dump", {{"file", verified}});
    const std::string second = backup(database, strictest());
    const std::string third = backup(database, strictest());
    EXPECT_TRUE(fs::exists(verified));
    EXPECT_FALSE(fs::exists(second));
    EXPECT_TRUE(fs::exists(third));
}

TEST_F(Backups, AManifestThatDoesNotSayItsServerIsLeftAlone) {
    const TestDatabase database;
    fill(database, 20);
    const std::string old = backup(database);
    Manifest manifest = read_manifest(old);
    manifest.source.system_identifier.reset();
    ops::write_file(manifest_of(old), manifest_text(manifest), 0600);
    backup(database, strictest());
    EXPECT_TRUE(fs::exists(old));
    EXPECT_EQ(last.at("leftAlone"), 1);
}

TEST_F(Backups, OfADatabaseWhoseNameIsAPathStayInTheDirectory) {
    const TestDatabase template_;
    fill(template_, 20);
    for (const std::string name : {"a/b", "../up"}) {
        query(testing::server_url(),
              fmt::format("CREATE DATABASE \"{}\" TEMPLATE {}", name, template_.name()));
        pg::ConnInfo info = pg::ConnInfo::parse(template_.url());
        const std::string url = fmt::format("host={} port={} user={} dbname='{}'", info.get("host"),
                                            info.get("port"), info.get("user"), name);
        const auto made = run(url, "db.backup", {{"dir", (dir / "b").string()}});
        const fs::path file(std::string(made.at("file").as_string()));
        EXPECT_EQ(file.parent_path(), dir / "b");
        EXPECT_TRUE(fs::exists(file));
        query(testing::server_url(), fmt::format("DROP DATABASE \"{}\"", name));
    }
}

}  // namespace
}  // namespace stele::archive
