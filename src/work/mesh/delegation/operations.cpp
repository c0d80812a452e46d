// Operations of delegations.
#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "foundation/base/text.hpp"
#include "runtime/context.hpp"
#include "work/mesh/delegation/delegate.hpp"
#include "work/mesh/operations.hpp"
#include "work/mesh/registration.hpp"

namespace stele::mesh {

namespace {

using runtime::Operation;

std::string delegation_line(const json::object& d) {
    std::string out = fmt::format("{}  {:<10} to {:<20} {}", text_of(d, "id"), text_of(d, "status"),
                                  text_of(d, "remoteAgent"), text_of(d, "createdAt").substr(0, 19));
    if (const std::string status = text_of(d, "remoteStatus"); !status.empty())
        out += "  there " + status;
    if (const std::string error = text_of(d, "error"); !error.empty())
        out += "  " + excerpt(error, 120);
    return out + "\n";
}

std::string render_list(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& one : object.at("jobs").as_array())
        out += delegation_line(one.as_object());
    if (out.empty()) out = "No delegations.\n";
    if (const std::string at = text_of(object, "nextCursor"); !at.empty())
        out += fmt::format("More: --cursor {}\n", at);
    return out;
}

std::string render_one(const json::value& output) {
    std::string out = delegation_line(output.at("delegation").as_object());
    for (const json::value& row : output.at("events").as_array())
        out += fmt::format("  {:>3} {}  {:<11} {}\n", row.at("seq").to_number<int>(),
                           text_of(row.as_object(), "at").substr(0, 19),
                           text_of(row.as_object(), "type"),
                           excerpt(serialize(row.at("payload")), 200));
    return out;
}

std::string render_delegated(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const char* name : {"status", "target", "jobId", "summary", "error", "message"})
        if (const std::string text = text_of(object, name); !text.empty())
            out += fmt::format("{}: {}\n", name, text);
    return out.empty() ? "Not delegated.\n" : out;
}

int http_status_of(const json::value& output) {
    const std::string text = text_of(output.as_object(), "refusal");
    if (text.empty()) return 200;
    switch (*reflect::enum_of<Refusal>(text)) {
        case Refusal::nobody:
            return 503;
        case Refusal::unsuitable:
            return 404;
        case Refusal::unwell:
        case Refusal::refused:
            break;
    }
    return 502;
}

void register_submit(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("delegation.submit", delegate), false)
            .says("Have another instance do something",
                  "Use it for work that another agent knows more about: name a target, or let the "
                  "best fit be found. It waits for the end, up to five minutes, unless async is "
                  "set; with a key it is delegated once, however often it is sent.")
            .with_tool("delegate_task")
            .with_routes({{"POST", "/api/mesh/delegate"}, {"POST", "/posse/job"}})
            .with_status(http_status_of)
            .with_time_limit(std::chrono::seconds(limits::kDelegationWaitSeconds) +
                             2 * limits::kDeadline)
            .that_waits(
                [](const runtime::Context& context, const json::value& input) {
                    const auto in = reflect::read<DelegateInput>(input);
                    runtime::LongPoll out;
                    if (in.async) return out;
                    out.names = {notification_of(context.caller, key_of(context, in))};
                    out.time = std::chrono::seconds(in.wait_seconds);
                    return out;
                },
                [](const json::value& output) {
                    return text_of(output.as_object(), "status") == "timeout";
                })
            .with_examples({{"To whom it fits best, without waiting",
                             {{"task", "explain the drop in sign-ups"}, {"async", true}}},
                            {"To one of them, or here when it refuses",
                             {{"task", "review the schema"},
                              {"target", "borea"},
                              {"async", true},
                              {"fallback", "local"}}}})
            .with_render(render_delegated));
}

}  // namespace

void register_delegations(runtime::Registry& registry) {
    register_submit(registry);

    registry.add(
        read_op(runtime::operation("delegation.list", delegations))
            .says("What was delegated, the last first",
                  "Use it to see what other instances were given, and how it stands.")
            .with_routes({{"GET", "/posse/jobs"}})
            .with_examples({{"All", {{"limit", 5}}}, {"What failed", {{"status", "failed"}}}})
            .with_render(render_list));

    registry.add(read_op(runtime::operation("delegation.get", delegation))
                     .says("A delegation: how it stands, each step, and why it went there",
                           "Use it to follow one, or to find out why that instance got the work.")
                     .with_examples({{"One", {{"delegationId", kExampleId}}}})
                     .with_render(render_one));
}

jobs::RemoteRouter remote_router() {
    return {run_elsewhere, as_job};
}

}  // namespace stele::mesh
