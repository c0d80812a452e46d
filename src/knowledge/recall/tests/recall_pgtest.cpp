// One question over memories and chat.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/conversations/tests/fixture.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/recall/search.hpp"

namespace stele::recall {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::UnorderedElementsAre;

struct Recall : ::testing::Test {
    conversations::World world;
    runtime::Context context = world.context();

    std::vector<std::string> find(const std::string& query, std::vector<Kind> kinds = {}) {
        SearchInput in;
        in.query = query;
        in.kinds = std::move(kinds);
        in.why = in.signals = true;
        last = search(context, in);
        std::vector<std::string> out;
        for (const Row& row : last.results) out.push_back(row.content);
        return out;
    }
    SearchOutput last;
};

TEST_F(Recall, FindsWhatIsRememberedAndWhatWasSaid) {
    memory::store(context, memory::note("The staging database listens on port 6543", "fact"));
    conversations::log(
        context, conversations::said("Which port did staging move to? I think 7000.", "t", "user"));
    EXPECT_THAT(find("staging port"),
                UnorderedElementsAre("The staging database listens on port 6543",
                                     "Which port did staging move to? I think 7000."));
    EXPECT_GE(last.results[0].score, last.results[1].score);
    for (const Row& row : last.results) {
        EXPECT_TRUE(row.why);
        EXPECT_TRUE(row.signals);
        EXPECT_EQ(row.kind == Kind::memory, row.category.has_value());
        EXPECT_EQ(row.kind == Kind::message, row.thread_id.has_value());
    }
    find("staging port", {Kind::message});
    EXPECT_THAT(last.results, Each(Field(&Row::kind, Kind::message)));
    find("staging port", {Kind::memory});
    EXPECT_THAT(last.results, Each(Field(&Row::kind, Kind::memory)));
}

TEST_F(Recall, ATextThatIsBothComesOnce) {
    memory::store(context, memory::note("Deploys happen on Tuesdays"));
    conversations::log(context, conversations::said("Deploys happen on Tuesdays"));
    EXPECT_THAT(find("when do deploys happen"), ElementsAre("Deploys happen on Tuesdays"));
    EXPECT_EQ(last.results[0].kind, Kind::memory);
}

TEST_F(Recall, NeitherDomainShowsTheOthersRowsInItsOwnSearch) {
    memory::store(context, memory::note("remembered port"));
    conversations::log(context, conversations::said("said port"));
    memory::SearchInput in;
    in.query = "port";
    for (const memory::Memory& m : memory::search(context, in).results)
        EXPECT_EQ(m.content, "remembered port");
}

TEST_F(Recall, NoOtherTenantsAndNoOtherScopes) {
    runtime::Context stranger = world.stranger();
    memory::store(stranger, memory::note("their port"));
    conversations::log(stranger, conversations::said("their port said"));
    memory::StoreInput other = memory::note("other port");
    other.scope = "project:/other";
    memory::store(context, other);
    EXPECT_TRUE(find("port").empty());
}

}  // namespace
}  // namespace stele::recall
