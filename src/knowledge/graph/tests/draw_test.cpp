#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "foundation/base/error.hpp"
#include "knowledge/graph/answers.hpp"
#include "knowledge/graph/walk.hpp"

namespace stele::graph {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kA = "01890a5d-ac96-774b-bcce-00000000000a";
const std::string kB = "01890a5d-ac96-774b-bcce-00000000000b";
const std::string kC = "01890a5d-ac96-774b-bcce-00000000000c";

TraceOutput nasty() {
    TraceOutput out;
    out.root = kA;
    out.nodes = {{kA, "memory", kA, "say \"hi\"\\\n</script>", 0},
                 {kB, "job", "a]b", "a\"]; end; x[\"", 1},
                 {kC, "file", "#1;`x`", "", 2}};
    out.edges = {{kA, kB, "derived_from", true, 1, {}}, {kC, kB, "references", false, 1, {}}};
    out.summary = "all of it";
    return out;
}

// Every quote in a line but those that open or close a string is escaped.
bool quotes_balance(const std::string& text) {
    bool open = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (open && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            open = !open;
        else if (text[i] == '\n' && open)
            return false;
    }
    return !open;
}

TEST(Draw, DotEscapesWhatWouldEndAString) {
    const std::string dot = draw_dot(nasty());
    EXPECT_TRUE(quotes_balance(dot)) << dot;
    EXPECT_THAT(dot, HasSubstr(R"([label="memory: say \"hi\"\\ </script>"])"));
    EXPECT_THAT(dot, HasSubstr("[label=\"references\", style=dashed]"));
}

TEST(Draw, MermaidLetsNoMarkOfItsOwnThrough) {
    const std::string picture = draw_mermaid(nasty());
    EXPECT_THAT(picture, HasSubstr("n0[\"memory: say #34;hi#34;#92; #60;/script#62;\"]"));
    EXPECT_THAT(picture, HasSubstr("n2[\"file: #35;1#59;#96;x#96;\"]"));
    EXPECT_THAT(picture, HasSubstr("n0 -->|derived_from| n1\n"));
    EXPECT_THAT(picture, HasSubstr("n2 -.->|references| n1\n"));
    std::size_t quotes = std::size_t(std::ranges::count(picture, '"'));
    EXPECT_EQ(quotes, 6u);  // two a node
}

TEST(Draw, TheTreeShowsWhichWayAnEdgePoints) {
    const std::string tree = draw_tree(nasty());
    EXPECT_THAT(tree, HasSubstr("└─ derived_from → job: "));
    EXPECT_THAT(tree, HasSubstr("   └─ references ← file: #1;`x`\n"));
    EXPECT_THAT(tree, HasSubstr("all of it\n"));
}

TEST(Follow, ProvenanceGoesAgainstWhatProduces) {
    const Follow up = follow_of({{}, Mode::strict, 4}, Direction::up);
    EXPECT_THAT(up.outward, Contains("derived_from"));
    EXPECT_THAT(up.inward, ElementsAre("produced_artifact", "delegated_to"));
    const Follow down = follow_of({{}, Mode::strict, 4}, Direction::down);
    EXPECT_EQ(down.outward, up.inward);
    EXPECT_EQ(down.inward, up.outward);
    const Follow both = follow_of({{"mentions"}, Mode::strict, 4}, Direction::both);
    EXPECT_THAT(both.outward, ElementsAre("mentions"));
    EXPECT_THAT(both.inward, ElementsAre("mentions"));
    EXPECT_THAT(follow_of({{}, Mode::loose, 4}, Direction::up).outward,
                Not(Contains("derived_from")));
    EXPECT_THROW(follow_of({{"begat"}, Mode::strict, 4}, Direction::up), Error);
}

}  // namespace
}  // namespace stele::graph
