#include "work/jobs/definitions/definitions.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <set>

#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "work/jobs/history/read.hpp"
#include "work/jobs/sql.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

namespace {

Definition read_definition(const pg::Row& row) {
    Definition out;
    out.name = row.get<std::string>(0);
    out.version = row.get<std::int32_t>(1);
    out.description = row.get<std::string>(2);
    const auto steps = row.get<json::value>(3);
    for (const json::value& step : steps.as_array())
        out.steps.push_back(reflect::read<DefinedStep>(step));
    out.defaults = reflect::read<JobDefaults>(row.get<json::value>(4));
    out.hash = row.get<std::string>(5);
    out.created_at = row.get<Timestamp>(6);
    return out;
}

void check(const DefineInput& input) {
    std::set<std::string_view> names;
    for (const DefinedStep& step : input.steps)
        if (!names.insert(step.name).second)
            throw Error(Code::invalid_argument,
                        fmt::format("steps: \"{}\" is named twice", step.name),
                        "give each step a name of its own");
}

int version_of(const std::string& cursor) {
    int out = 0;
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), out);
    if (error != std::errc{} || end != cursor.data() + cursor.size())
        throw Error(Code::invalid_argument, "cursor: expected a version",
                    "pass nextCursor of the page before");
    return out;
}

}  // namespace

DefineOutput define(runtime::Context& context, const DefineInput& input) {
    check(input);
    const runtime::Caller& caller = context.caller;
    // A described struct is always written in the same order, so the same content is the same text.
    const json::value content = reflect::write(input);
    const std::string hash = sha256_hex(serialize(content));
    const auto results = context.db.pipeline(call_of(context), [&](pg::Pipeline& p) {
        p.add(sql::define_lock, caller.org, caller.project, input.name);
        p.add(sql::define, caller.org, caller.project, input.name, hash, input.description,
              serialize(content.at("steps")), content.at("defaults").as_object());
    });
    const pg::Row row = results.back()[0];
    return {input.name, row.get<std::int32_t>(0), row.get<bool>(1)};
}

DefinitionsOutput definitions(runtime::Context& context, const DefinitionsInput& input) {
    const runtime::Caller& caller = context.caller;
    const std::string after = input.name ? "" : input.cursor.value_or("");
    int before = std::numeric_limits<int>::max();
    if (input.name && input.cursor) before = version_of(*input.cursor);
    DefinitionsOutput out;
    for (const pg::Row row :
         context.db.once(call_of(context), sql::definitions, caller.org, caller.project, input.name,
                         after, before, input.limit + 1)) {
        if (int(out.definitions.size()) == input.limit) {
            const Definition& last = out.definitions.back();
            out.next_cursor = input.name ? std::to_string(last.version) : last.name;
            break;
        }
        out.definitions.push_back(read_definition(row));
    }
    if (input.name && !input.cursor && out.definitions.empty())
        throw Error(Code::not_found, fmt::format("there is no definition \"{}\"", *input.name),
                    "`stele job definitions` shows what there is");
    return out;
}

PlanOutput plan(runtime::Context& context, const IdInput& input) {
    return {get(context, input).plan.value_or(std::vector<PlannedStep>())};
}

}  // namespace stele::jobs
