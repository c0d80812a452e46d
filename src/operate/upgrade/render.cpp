#include "operate/upgrade/render.hpp"

#include <fmt/format.h>

#include <sstream>

#include "foundation/base/json_text.hpp"

namespace stele::upgrade {

namespace {

std::string indented(const std::string& text) {
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) out += "    " + line + "\n";
    return out;
}

// A list of backups or of clean files says nothing that the step's line does not.
bool is_read(const json::object& step) {
    const std::string name = text_of(step, "step");
    return name == "plan" || name == "status" || (name == "lint" && text_of(step, "state") != "ok");
}

}  // namespace

std::string render_upgrade(const runtime::Registry& registry, const json::value& output) {
    std::string out;
    for (const json::value& value : output.at("steps").as_array()) {
        const json::object& step = value.as_object();
        out += fmt::format("{:<8} {:<8} {}\n", text_of(step, "step"), text_of(step, "state"),
                           text_of(step, "message"));
        const runtime::Operation& op = registry.get(text_of(step, "operation"));
        if (const json::value* report = step.if_contains("report"); report && is_read(step))
            out += indented(op.render(*report));
        if (const std::string hint = text_of(step, "hint"); !hint.empty())
            out += fmt::format("  {}\n", hint);
    }
    if (const std::string stopped = text_of(output.as_object(), "stoppedAt"); !stopped.empty())
        return out + fmt::format("stopped at {}: exit code {}\n", stopped,
                                 output.at("exitCode").to_number<int>());
    return out + (output.at("dryRun").as_bool() ? "nothing stands in the way\n" : "upgraded\n");
}

}  // namespace stele::upgrade
