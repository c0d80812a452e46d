#include "work/agent_health/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "work/agent_health/context_file.hpp"
#include "work/agent_health/struggle.hpp"

namespace stele::agent_health {

namespace {

using runtime::Operation;

std::string render_struggle(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out = text_of(object, "severity") + "\n";
    for (const json::value& one : object.at("indicators").as_array())
        out += fmt::format("  {}\n", std::string_view(one.as_string()));
    return out + text_of(object, "recommendation") + "\n";
}

std::string render_context(const json::value& output) {
    const json::object& object = output.as_object();
    return object.at("hasContext").as_bool() ? text_of(object, "content") + "\n"
                                             : "There is nothing.\n";
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    registry.add(runtime::operation("struggle.check", check_struggle)
                     .says("Whether you are going round in circles",
                           "Use it now and then during a long task, and whenever something failed "
                           "again: says whether to go on, to think, or to stop and ask.")
                     .with_idempotent()
                     .with_offline()
                     .with_scopes({"session:read"})
                     .with_examples({{"All is well",
                                      {{"iterations_without_progress", 1}, {"recent_errors", 0}}},
                                     {"Stuck",
                                      {{"iterations_without_progress", 4},
                                       {"recent_errors", 3},
                                       {"identical_output_count", 3}}}})
                     .with_render(render_struggle));

    registry.add(runtime::operation("context.check", check_context)
                     .says("What a person left in context.md for you to know",
                           "Use it at the start of each round of a task: takes what is in "
                           "context.md of the working directory, and deletes the file.")
                     .with_effect(runtime::Effect::write)  // who reads it takes it away
                     .with_offline()
                     .with_doors(runtime::kCli | runtime::kMcp)
                     .with_scopes({"session:write"})
                     .with_examples({{"Here", {}}, {"Elsewhere", {{"workdir", "docs"}}}})
                     .with_render(render_context));
}

}  // namespace stele::agent_health
