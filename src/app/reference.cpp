#include "app/reference.hpp"

#include "app/app.hpp"
#include "app/gauges.hpp"
#include "compat/settings/settings.hpp"
#include "doors/mcp/product.hpp"

namespace stele::app {

namespace {

using reflect::field;
using reflect::fields;

struct ReferenceInput {
    reference::Page page = reference::Page::cli;
    template <class S = ReferenceInput>
    static auto describe() {
        return fields(field("page", &S::page, "Which page; man is the manual page, as roff")
                          .required()
                          .positional());
    }
};

struct ReferenceOutput {
    std::string text;
    template <class S = ReferenceOutput>
    static auto describe() {
        return fields(field("text", &S::text, "The page"));
    }
};

}  // namespace

std::string reference_page(reference::Page page, const runtime::Registry& registry,
                           runtime::Dispatcher& dispatcher) {
    const auto catalog =
        mcp::product_catalog(registry, dispatcher, {.version = kVersion, .context = {}});
    return reference::page(
        page, {registry, *catalog, compat::all_foreign_names(), metric_families(), kVersion});
}

void register_reference(runtime::Registry& registry, runtime::Dispatcher& dispatcher) {
    registry.add(
        runtime::operation<ReferenceInput, ReferenceOutput>(
            "cli.reference",
            [&](runtime::Context&, const ReferenceInput& input) {
                return ReferenceOutput{reference_page(input.page, registry, dispatcher)};
            })
            .says("A page of the reference: HTTP, MCP, commands, settings, errors, metrics, limits",
                  "Markdown, as in docs/reference; the page man is the manual page. It is made "
                  "from this program, so it says what this version does.")
            .with_command("reference")
            .with_doors(runtime::kCli)
            .with_offline()
            .with_examples(
                {{"The metrics", {{"page", "metrics"}}}, {"The manual page", {{"page", "man"}}}})
            .with_render([](const json::value& output) {
                return std::string(output.at("text").as_string());
            }));
}

}  // namespace stele::app
