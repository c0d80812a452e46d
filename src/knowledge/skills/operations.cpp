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
    registry.add(read_op(runtime::operation("skills.search", search))
                     .says("Find out how something is done here",
                           "Use it before you begin a task: procedures that were written down for "
                           "it, found by what they are for. skills_show reads one.")
                     .with_routes({{"GET", "/skills/search"}})
                     .with_examples({{"Before a task", {{"query", "deploy to staging"}}}})
                     .with_render(render_search));

    registry.add(read_op(runtime::operation("skills.show", show))
                     .says("A skill: what it is for and how it is done",
                           "Use it to read a skill that a search found.")
                     .with_routes({{"GET", "/skills/{name}"}})
                     .with_examples({{"One", {{"name", kExample}}}})
                     .with_render(render_show));

    registry.add(read_op(runtime::operation("skills.list", list))
                     .says("Skills by name", "Use it to see what there is.")
                     .with_routes({{"GET", "/skills"}})
                     .with_examples({{"All", {}}, {"Of a tag", {{"tag", "deploy"}, {"limit", 5}}}})
                     .with_render(render_list));
}

void register_writes(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("skills.store", store))
            .says("Write down how something is done",
                  "Use it when you found out how a task is done and it will be done again: what "
                  "for, when, and step by step. The skill of that name gets a new version.")
            .with_routes({{"POST", "/skills/{name}"}})
            .with_examples(
                {{"A procedure",
                  {{"name", "rotate-keys"},
                   {"description", "Rotate the signing keys of the API, without an outage"},
                   {"content", "1. Add the new key beside the old one.\n2. …"},
                   {"tags", json::array{"security"}}}}}));

    registry.add(
        write_op(runtime::operation("skills.delete", remove))
            .says("Take a skill away",
                  "Use it when a procedure is not to be followed any more: nothing remains of it.")
            .with_effect(Effect::destructive)
            .with_routes({{"DELETE", "/skills/{name}"}})
            .with_examples({{"One", {{"name", kExample}}}}));

    registry.add(write_op(runtime::operation("skills.import", import_skills))
                     .says("Read skills in from SKILL.md files",
                           "Use it to begin with the skills of a repository or a client: files "
                           "that begin with a name and a description between two lines of three "
                           "dashes. Again it changes what has changed.")
                     .with_doors(runtime::kCli)
                     .with_time_limit(std::chrono::hours(1))
                     .with_examples({{"Those of a client", {{"path", ".claude/skills"}}}})
                     .with_render(render_import));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_reads(registry);
    register_writes(registry);
}

}  // namespace stele::skills
