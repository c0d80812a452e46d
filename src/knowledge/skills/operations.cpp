#include "knowledge/skills/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/skills/store.hpp"

namespace stele::skills {

namespace {

using runtime::Effect;
using runtime::Operation;

// What examples name. The test that runs them stores it first.
constexpr const char* kExample = "deploy-staging";

std::string skill_line(const json::object& skill) {
    std::string out;
    if (const json::value* score = skill.if_contains("score"))
        out += fmt::format("{:5.2f}  ", score->to_number<double>());
    out += fmt::format("{}  (version {})\n       {}\n", text_of(skill, "name"),
                       skill.at("version").to_number<int>(),
                       excerpt(text_of(skill, "description"), 240));
    return out;
}

std::string render_search(const json::value& output) {
    std::string out;
    for (const json::value& one : output.at("results").as_array())
        out += skill_line(one.as_object());
    if (out.empty()) out = "Nothing found.\n";
    if (const std::string note = text_of(output.as_object(), "message"); !note.empty())
        out += fmt::format("Note: {}\n", note);
    return out;
}

std::string render_list(const json::value& output) {
    std::string out;
    for (const json::value& one : output.at("skills").as_array())
        out += skill_line(one.as_object());
    if (out.empty()) out = "No skills.\n";
    if (const std::string at = text_of(output.as_object(), "nextCursor"); !at.empty())
        out += fmt::format("More: --cursor {}\n", at);
    return out;
}

std::string render_show(const json::value& output) {
    const json::object& skill = output.as_object();
    return fmt::format("# {} (version {})\n\n{}\n\n{}\n", text_of(skill, "name"),
                       skill.at("version").to_number<int>(), text_of(skill, "description"),
                       text_of(skill, "content"));
}

std::string render_import(const json::value& output) {
    std::string out;
    for (const json::value& value : output.at("files").as_array()) {
        const json::object& one = value.as_object();
        const std::string problem = text_of(one, "problem");
        out +=
            fmt::format("{:<10} {}  {}\n", problem.empty() ? text_of(one, "outcome") : "left out",
                        problem.empty() ? text_of(one, "name") : problem, text_of(one, "file"));
    }
    return out;
}

Operation read_op(Operation op) {
    op.effect = Effect::read;
    op.idempotent = true;
    op.scopes = {"skills:read"};
    return op;
}

Operation write_op(Operation op) {
    op.effect = Effect::write;
    op.idempotent = true;
    op.scopes = {"skills:write"};
    return op;
}

void register_reads(runtime::Registry& registry) {
    Operation op = read_op(runtime::operation("skills.search", search));
    op.summary = "Find out how something is done here";
    op.description =
        "Use it before you begin a task: procedures that were written down for it, found by what "
        "they "
        "are for. skills_show reads one.";
    op.default_tool = true;
    op.routes = {{"GET", "/skills/search"}};
    op.examples = {{"Before a task", {{"query", "deploy to staging"}}}};
    op.render = render_search;
    registry.add(op);

    op = read_op(runtime::operation("skills.show", show));
    op.summary = "A skill: what it is for and how it is done";
    op.description = "Use it to read a skill that a search found.";
    op.default_tool = true;
    op.routes = {{"GET", "/skills/{name}"}};
    op.examples = {{"One", {{"name", kExample}}}};
    op.render = render_show;
    registry.add(op);

    op = read_op(runtime::operation("skills.list", list));
    op.summary = "Skills by name";
    op.description = "Use it to see what there is.";
    op.routes = {{"GET", "/skills"}};
    op.examples = {{"All", {}}, {"Of a tag", {{"tag", "deploy"}, {"limit", 5}}}};
    op.render = render_list;
    registry.add(op);
}

void register_writes(runtime::Registry& registry) {
    Operation op = write_op(runtime::operation("skills.store", store));
    op.summary = "Write down how something is done";
    op.description =
        "Use it when you found out how a task is done and it will be done again: what for, when, "
        "and "
        "step by step. The skill of that name gets a new version.";
    op.routes = {{"POST", "/skills/{name}"}};
    op.examples = {{"A procedure",
                    {{"name", "rotate-keys"},
                     {"description", "Rotate the signing keys of the API, without an outage"},
                     {"content", "1. Add the new key beside the old one.\n2. …"},
                     {"tags", json::array{"security"}}}}};
    registry.add(op);

    op = write_op(runtime::operation("skills.delete", remove));
    op.effect = Effect::destructive;
    op.summary = "Take a skill away";
    op.description =
        "Use it when a procedure is not to be followed any more: nothing remains of it.";
    op.routes = {{"DELETE", "/skills/{name}"}};
    op.examples = {{"One", {{"name", kExample}}}};
    registry.add(op);

    op = write_op(runtime::operation("skills.import", import_skills));
    op.summary = "Read skills in from SKILL.md files";
    op.description =
        "Use it to begin with the skills of a repository or a client: files that begin with a name "
        "and a description between two lines of three dashes. Again it changes what has changed.";
    op.doors = runtime::kCli;
    op.time_limit = std::chrono::hours(1);
    op.examples = {{"Those of a client", {{"path", ".claude/skills"}}}};
    op.render = render_import;
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_reads(registry);
    register_writes(registry);
}

}  // namespace stele::skills
