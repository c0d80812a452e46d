// docs/reference is what this program says.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "app/commands.hpp"
#include "app/modules.hpp"
#include "app/reference.hpp"
#include "doors/reference/reference.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/metrics.hpp"

namespace stele::app {
namespace {

using reference::Page;

struct Program {
    runtime::Metrics metrics;
    runtime::Dispatcher dispatcher{{.metrics = &metrics}};
    runtime::Registry registry;
    Program() {
        register_operations(registry, dispatcher);
        register_commands(registry, dispatcher, metrics,
                          []() -> App& { throw std::logic_error("no page needs a running App"); });
    }
    std::string page(Page page) { return reference_page(page, registry, dispatcher); }
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// EXPECT_EQ would print two pages of thousands of lines.
std::string first_difference(const std::string& a, const std::string& b) {
    const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const auto offset = std::size_t(at - a.begin());
    return "…" + a.substr(offset, 80) + "…\ninstead of …" + b.substr(offset, 80) + "…";
}

TEST(Reference, PagesAreWhatTheProgramSays) {
    Program program;
    for (const auto& [page, name] : reflect::EnumNames<Page>::values) {
        if (page == Page::man) continue;
        const std::string file = "docs/reference/" + std::string(name) + ".md";
        const std::string made = program.page(page), kept = text_of(file);
        EXPECT_TRUE(made == kept) << file << " is out of date; ./script/reference writes it anew:\n"
                                  << first_difference(made, kept);
    }
}

TEST(Reference, EveryOperationIsOnThePageOfEachOfItsDoors) {
    Program program;
    const std::string http = program.page(Page::http), mcp = program.page(Page::mcp),
                      cli = program.page(Page::cli), man = program.page(Page::man);
    const auto has = [](const std::string& page, const std::string& text) {
        return page.find(text) != std::string::npos;
    };
    for (const runtime::Operation& op : program.registry.all()) {
        EXPECT_TRUE(!(op.doors & runtime::kHttp) || has(http, "### " + op.name + "\n")) << op.name;
        EXPECT_TRUE(!(op.doors & runtime::kMcp) || has(mcp, "`" + op.tool_name() + "`")) << op.name;
        EXPECT_TRUE(!(op.doors & runtime::kCli) || has(cli, "## stele " + op.cli_words() + "\n"))
            << op.name;
    }
    EXPECT_TRUE(has(man, "\n.B memory search\n"));
    EXPECT_TRUE(has(man, "STELE_DATABASE_URL"));
}

}  // namespace
}  // namespace stele::app
