// Skills: kept by name, found by words and meaning, read from files.
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <thread>

#include "knowledge/graph/operations.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/skills/store.hpp"
#include "runtime/dispatcher.hpp"
#include "support/boat_model.hpp"
#include "support/temp_folder.hpp"

namespace stele::skills {
namespace {

using memory::code_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

StoreInput skill(std::string name, std::string description, std::string content = "As ever.") {
    StoreInput in;
    in.name = std::move(name);
    in.description = std::move(description);
    in.content = std::move(content);
    return in;
}

struct Bench : memory::World {
    runtime::Context here = context();

    std::vector<std::string> found(const std::string& query, int limit = 5) {
        std::vector<std::string> out;
        for (const Skill& one : search(here, {query, limit}).results) out.push_back(one.name);
        return out;
    }
};

TEST(Skills, HaveVersions) {
    Bench bench;
    const StoreOutput first = store(bench.here, skill("deploy", "Deploy it"));
    EXPECT_TRUE(first.created);
    EXPECT_TRUE(store(bench.here, skill("deploy", "Deploy it")).unchanged);
    const StoreOutput second = store(bench.here, skill("deploy", "Deploy it", "Otherwise."));
    EXPECT_EQ(second.version, 2);
    EXPECT_EQ(second.id, first.id);
    const Skill shown = show(bench.here, {"deploy"});
    EXPECT_EQ(shown.content, "Otherwise.");
    EXPECT_EQ(shown.version, 2);
    StoreInput third = skill("deploy", "Deploy it", "Third.");
    third.if_version = 1;
    EXPECT_EQ(code_of([&] { store(bench.here, third); }), Code::conflict);
    third.if_version = 2;
    EXPECT_EQ(store(bench.here, third).version, 3);
    third.name = "new-one";
    EXPECT_EQ(code_of([&] { store(bench.here, third); }), Code::conflict);
    third.if_version = 0;
    EXPECT_TRUE(store(bench.here, third).created);
}

TEST(Skills, EachChangeIsAVersionHoweverManyWrite) {
    Bench bench;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 6; ++t)
            threads.emplace_back([&, t] {
                runtime::Context context = bench.context();
                for (int i = 0; i < 5; ++i)
                    store(context, skill("s", "same", std::to_string(t) + " " + std::to_string(i)));
            });
    }
    EXPECT_EQ(show(bench.here, {"s"}).version, 30);
}

TEST(Skills, NamesArePlain) {
    Bench bench;
    for (const char* name : {"Deploy", "-a", "a b", "a_b", "ä", "a/b", "a\nb"})
        EXPECT_EQ(code_of([&] { store(bench.here, skill(name, "d")); }), Code::invalid_argument)
            << name;
    for (const char* name : {"a", "0", "a-b-c1"})
        EXPECT_TRUE(store(bench.here, skill(name, "d")).created);
    EXPECT_EQ(code_of([&] { show(bench.here, {"none"}); }), Code::not_found);
}

TEST(Skills, AreFoundByTheirWords) {
    Bench bench;
    store(bench.here, skill("rotate-keys", "Rotate the signing keys of the API"));
    store(bench.here,
          skill("deploy-staging", "Bring a build to staging", "Migrate, then restart."));
    // Its long text mentions what the others are for.
    std::string handbook = "Keys are rotated and builds are deployed. ";
    for (int i = 0; i < 800; ++i) handbook += "Other matters, number " + std::to_string(i) + ". ";
    store(bench.here, skill("handbook", "How we work", handbook));
    EXPECT_THAT(bench.found("how do I rotate keys?"), ElementsAre("rotate-keys", "handbook"));
    EXPECT_THAT(bench.found("deploying to staging").front(), "deploy-staging");
    EXPECT_THAT(bench.found("migrate"), ElementsAre("deploy-staging")) << "the content counts, too";
    EXPECT_THAT(bench.found("quantum chromodynamics"), IsEmpty()) << "no answer is an answer";
    EXPECT_THAT(bench.found("keys", 1), SizeIs(1));
    const SearchOutput words = search(bench.here, {"keys", 5});
    EXPECT_THAT(words.degraded, ElementsAre("vector"));
    EXPECT_FALSE(words.results[0].content) << "lists leave it out";
    EXPECT_THAT(words.results[0].why.value_or(""), HasSubstr("words"));
}

TEST(Skills, AreFoundByMeaning) {
    Bench bench;
    testing::BoatModel boats;
    bench.here.embedder = &boats;
    store(bench.here, skill("moor", "Tie up a boat"));
    store(bench.here, skill("bake", "Make bread"));
    EXPECT_THAT(bench.found("a vessel in a harbour").front(), "moor");
    EXPECT_THAT(search(bench.here, {"vessel", 5}).degraded, IsEmpty());
    // One that was stored without a model gets its vector when it is stored again.
    bench.here.embedder = nullptr;
    store(bench.here, skill("row", "Move a boat"));
    bench.here.embedder = &boats;
    EXPECT_THAT(bench.found("a vessel in a harbour"), ElementsAre("moor"));
    EXPECT_TRUE(store(bench.here, skill("row", "Move a boat")).unchanged);
    EXPECT_THAT(bench.found("a vessel in a harbour"), SizeIs(2));
}

TEST(Skills, AreListedAndTakenAway) {
    Bench bench;
    for (const char* name : {"c", "a", "b"}) {
        StoreInput in = skill(name, "d");
        if (*name != 'b') in.tags = {"x"};
        store(bench.here, in);
    }
    const ListOutput first = list(bench.here, {{}, 2, {}});
    ASSERT_THAT(first.skills, SizeIs(2));
    EXPECT_EQ(first.next_cursor, "b");
    EXPECT_THAT(list(bench.here, {{}, 2, first.next_cursor}).skills, SizeIs(1));
    EXPECT_THAT(list(bench.here, {"x", 5, {}}).skills, SizeIs(2));
    EXPECT_TRUE(remove(bench.here, {"a"}).deleted);
    EXPECT_FALSE(remove(bench.here, {"a"}).deleted);
    EXPECT_THAT(list(bench.here, {}).skills, SizeIs(2));
}

TEST(Skills, BelongToTheirTenant) {
    Bench bench;
    runtime::Context stranger = bench.stranger();
    store(bench.here, skill("s", "harbour"));
    EXPECT_TRUE(store(stranger, skill("s", "airport")).created);
    EXPECT_EQ(show(bench.here, {"s"}).description, "harbour");
    EXPECT_TRUE(remove(stranger, {"s"}).deleted);
    EXPECT_THAT(bench.found("harbour"), SizeIs(1));
    EXPECT_THAT(search(stranger, {"harbour", 5}).results, IsEmpty());
}

TEST(Skills, AHoldIsNotWrittenOver) {
    Bench bench;
    StoreInput in = skill("s", "held");
    in.retention = Retention::legal_hold;
    store(bench.here, in);
    runtime::Context agent = bench.context();
    agent.local_files = false;
    EXPECT_EQ(code_of([&] { store(agent, skill("s", "other")); }), Code::refused);
    EXPECT_EQ(code_of([&] { remove(bench.here, {"s"}); }), Code::refused);
    in.retention = Retention::standard;
    EXPECT_EQ(store(bench.here, in).version, 2);
    EXPECT_TRUE(remove(bench.here, {"s"}).deleted);
}

TEST(Skills, AreNodesOfTheGraph) {
    Bench bench;
    const StoreOutput made = store(bench.here, skill("moor", "Tie up a boat"));
    const Uuid id = *Uuid::parse(made.id);
    EXPECT_EQ(graph_kind().labels(bench.here, {id}).at(id), "moor: Tie up a boat");
    runtime::Registry registry;
    graph::register_operations(
        registry,
        {.sources = {}, .kinds = {graph_kind()}, .find = [](runtime::Context&, const std::string&) {
             return std::vector<Uuid>{};
         }});
    runtime::Dispatcher().call(
        registry.get("graph.link"), bench.here,
        json::object{{"from", made.id}, {"to", "commit:4f2a9c1"}, {"type", "derived_from"}});
    const auto edges = [&] {
        return bench.database.connect()
            ->script("SELECT count(*)::text FROM graph_edges",
                     deadline_in(std::chrono::seconds(9)))[0]
            .raw(0);
    };
    EXPECT_EQ(edges(), "1");
    remove(bench.here, {"moor"});
    EXPECT_EQ(edges(), "0");
}

TEST(Skills, AreReadFromFilesOfOtherEncodings) {
    Bench bench;
    const testing::TempFolder folder;
    std::string wide = "\xFF\xFE";
    for (const char c : std::string("---\nname: wide\ndescription: d\n---\nText.")) wide += {c, 0};
    folder.write("a/SKILL.md", "\xEF\xBB\xBF---\nname: marked\ndescription: d\n---\nText.");
    folder.write("b/SKILL.md", wide);
    const ImportOutput read = import_skills(bench.here, {folder.path.string(), false});
    EXPECT_EQ(read.stored, 2);
    EXPECT_EQ(show(bench.here, {"marked"}).content, "Text.");
    EXPECT_EQ(show(bench.here, {"wide"}).content, "Text.");
    EXPECT_FALSE(read.files[0].change);
    EXPECT_TRUE(read.files[1].change);
}

TEST(Skills, AreReadFromFiles) {
    Bench bench;
    const testing::TempFolder folder;
    folder.write("deploy/SKILL.md",
                 "---\nname: deploy-staging\ndescription: >\n  Bring a build\n  to staging\n"
                 "tags: [deploy, ci]\n---\n\n# Deploy\n\nMigrate first.\n");
    folder.write("deep/down/unnamed/SKILL.md",
                 "---\r\ndescription: \"Has its folder's name\"\r\n---\r\nText.\r\n");
    folder.write("plain/SKILL.md", "# No front matter");
    folder.write("open/SKILL.md", "---\nname: open\n");
    folder.write("odd/SKILL.md", "---\nname: Odd Name\ndescription: d\n---\nx");
    folder.write("broken/SKILL.md", "---\nname: [\n---\nx");
    folder.write("huge/SKILL.md", "---\nname: huge\ndescription: d\n---\n" +
                                      std::string(limits::kContentBytes + 1, 'x'));
    folder.write("node_modules/x/SKILL.md", "---\nname: other\ndescription: d\n---\nx");
    folder.write("deploy/README.md", "no skill");
    const ImportOutput look = import_skills(bench.here, {folder.path.string(), true});
    EXPECT_THAT(look.files, SizeIs(7));
    EXPECT_THAT(list(bench.here, {}).skills, IsEmpty());
    const ImportOutput read = import_skills(bench.here, {folder.path.string(), false});
    EXPECT_EQ(read.stored, 2);
    EXPECT_EQ(read.refused, 5);
    const Skill shown = show(bench.here, {"deploy-staging"});
    EXPECT_EQ(shown.description, "Bring a build to staging");
    EXPECT_EQ(shown.content, "# Deploy\n\nMigrate first.");
    EXPECT_THAT(shown.tags, ElementsAre("deploy", "ci"));
    EXPECT_EQ(show(bench.here, {"unnamed"}).content, "Text.");
    for (const Imported& one : read.files)
        EXPECT_EQ(one.problem.has_value(), one.outcome.value_or("read") == "read") << one.file;
    const ImportOutput again = import_skills(bench.here, {folder.path.string(), false});
    EXPECT_EQ(again.unchanged, 2);
    EXPECT_EQ(again.stored, 0);
    EXPECT_EQ(code_of([&] {
                  import_skills(bench.here, {"/nowhere", false});
              }),
              Code::invalid_argument);
    runtime::Context remote = bench.context();
    remote.local_files = false;
    EXPECT_EQ(code_of([&] {
                  import_skills(remote, {folder.path.string(), false});
              }),
              Code::forbidden);
}

}  // namespace
}  // namespace stele::skills
