// What is said about a word that is not understood: the hint has the word, and those near it.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "doors/cli/cli.hpp"
#include "doors/cli/parse.hpp"
#include "foundation/base/error.hpp"

namespace stele::cli {

namespace {

using testing::HasSubstr;
using testing::Not;

enum class Mode { hybrid, lexical };

struct Input {
    std::string query;
    int limit = 10;
    bool why = false;
    Mode mode = Mode::hybrid;
    std::optional<Timestamp> since;
    static auto describe();
};

}  // namespace

}  // namespace stele::cli

template <>
struct stele::reflect::EnumNames<stele::cli::Mode> {
    static constexpr std::array<std::pair<cli::Mode, std::string_view>, 2> values{
        {{cli::Mode::hybrid, "hybrid"}, {cli::Mode::lexical, "lexical"}}};
};

namespace stele::cli {

namespace {

auto Input::describe() {
    return reflect::fields(
        reflect::field("query", &Input::query, "What to look for").required().positional(),
        reflect::field("limit", &Input::limit, "How many").alias("n"),
        reflect::field("why", &Input::why, "Say why"),
        reflect::field("mode", &Input::mode, "How to rank"),
        reflect::field("since", &Input::since, "Not before"));
}

struct UsageErrors : testing::Test {
    runtime::Registry registry;

    UsageErrors() {
        for (const char* name : {"memory.search", "memory.store", "memory.supersede", "job.submit",
                                 "job.list", "skills.store"}) {
            runtime::Operation op = runtime::operation(
                name, std::function<reflect::NoInput(runtime::Context&, const Input&)>(
                          [](runtime::Context&, const Input&) { return reflect::NoInput{}; }));
            op.summary = op.description = "A test's";
            op.examples = {{"One", {{"query", "x"}}}};
            op.any_caller = true;
            registry.add(op);
        }
    }

    // "message / hint" of what these words raise.
    std::string said(const std::vector<std::string>& words) {
        try {
            parse(registry, words);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::invalid_argument);
            return std::string(error.message()) + " / " + error.hint();
        }
        return "nothing";
    }
};

TEST_F(UsageErrors, AnUnknownCommandIsNamedWithTheNearest) {
    EXPECT_EQ(said({"memory", "serach", "x"}),
              "there is no command \"memory serach\" / \"memory serach\": did you mean \"memory "
              "search\"? `stele memory --help` shows what it takes");
    EXPECT_THAT(said({"memroy", "store"}), HasSubstr("did you mean \"memory store\"?"));
    EXPECT_THAT(said({"memroy"}),
                HasSubstr("/ \"memroy\": did you mean \"memory\"? `stele --help`"));
    EXPECT_THAT(said({"store", "x"}),
                HasSubstr("\"store x\": did you mean \"memory store\" or \"skills store\"?"));
    EXPECT_THAT(said({"job", "sbumit"}), HasSubstr("\"job submit\"? `stele job --help`"));
    EXPECT_EQ(said({"xyzzy"}),
              "there is no command \"xyzzy\" / `stele --help` shows what it takes");
    EXPECT_THAT(said({"help", "memroy"}), HasSubstr("\"memory\"?"));
}

TEST_F(UsageErrors, AnUnknownFlagIsNamedWithTheNearest) {
    EXPECT_EQ(said({"memory", "search", "x", "--limt", "3"}),
              "memory search has no flag --limt / \"--limt\": did you mean \"--limit\"? `stele "
              "memory search --help` shows what it takes");
    EXPECT_THAT(said({"memory", "search", "--databse-url=x"}),
                HasSubstr("\"--databse-url\": did you mean \"--database-url\"?"))
        << "also of the flags that every command takes";
    EXPECT_THAT(said({"--databse-url", "x", "memory", "search"}),
                HasSubstr("there is no flag --databse-url that stands before a command / "
                          "\"--databse-url\": did you mean \"--database-url\"?"));
    EXPECT_THAT(said({"memory", "search", "-m", "5"}),
                HasSubstr("memory search has no flag -m / \"-m\": did you mean \"-n\""));
    EXPECT_THAT(said({"memory", "search", "--zzzzzzzz"}), Not(HasSubstr("did you mean")));
}

TEST_F(UsageErrors, AWrongValueIsNamedWithWhatIsExpected) {
    EXPECT_THAT(said({"memory", "search", "x", "--limit", "ten"}),
                HasSubstr("limit: expected a whole number, got \"ten\""));
    EXPECT_EQ(said({"memory", "search", "x", "--mode", "hybird"}),
              "mode: expected one of hybrid, lexical, got \"hybird\" / \"hybird\": did you mean "
              "\"hybrid\"? `stele memory search --help` shows what it takes");
    EXPECT_THAT(said({"memory", "search", "x", "--why=perhaps"}),
                HasSubstr("why: expected true or false, got \"perhaps\""));
    EXPECT_THAT(said({"memory", "search", "x", "--limit"}),
                HasSubstr("--limit needs a value / After --limit stands its value"));
    EXPECT_THAT(said({"memory", "search", "which", "port"}),
                HasSubstr("does not take \"port\" / \"port\" is one word more than `stele memory "
                          "search <query> [flags]`; words that belong together stand in quotes."));
    EXPECT_EQ(said({"memory", "search", "x", "--mode", "lexical"}), "nothing");
}

TEST_F(UsageErrors, AnUnknownShellIsNamedWithTheNearest) {
    try {
        completion_script(registry, "bsh");
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("\"bsh\": did you mean \"bash\" or \"zsh\"?"));
    }
}

TEST_F(UsageErrors, ALongWordIsCutAtACharacter) {
    const std::string text = said({std::string(59, 'x') + "\u00e9" + std::string(500, 'x')});
    EXPECT_LT(text.size(), 200u);
    EXPECT_FALSE(text.find("\xc3\"") != text.npos);
}

}  // namespace
}  // namespace stele::cli
