#include "work/channels/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "work/channels/store.hpp"

namespace stele::channels {

namespace {

using runtime::Effect;
using runtime::Operation;

constexpr const char* kExample = "telegram";

std::string render_list(const json::value& output) {
    std::string out;
    for (const json::value& value : output.at("channels").as_array()) {
        const json::object& one = value.as_object();
        out +=
            fmt::format("{:<24} {}  {} waiting  {}\n", text_of(one, "name"),
                        one.at("canSend").as_bool() ? "open  " : "closed",
                        one.at("waiting").to_number<std::int64_t>(), text_of(one, "description"));
    }
    return out.empty() ? "No channels.\n" : out;
}

Operation read_op(Operation op) {
    op.effect = Effect::read;
    op.idempotent = true;
    op.scopes = {"channel:read"};
    op.default_tool = true;
    return op;
}

Operation write_op(Operation op, bool idempotent) {
    op.effect = Effect::write;
    op.idempotent = idempotent;
    op.scopes = {"channel:write"};
    return op;
}

void register_reads(runtime::Registry& registry) {
    Operation op = read_op(runtime::operation("channel.list", list));
    op.summary = "The ways to people: chats, mail, …";
    op.description = "Use it to see where a message can be sent, before channel_send.";
    op.routes = {{"GET", "/_internal/channels"}};
    op.examples = {{"All", {}}};
    op.render = render_list;
    registry.add(op);

    op = read_op(runtime::operation("job.info", job_info));
    op.offline = true;
    op.summary = "The job that this process was started for, and who waits for its answer";
    op.description =
        "Use it at the start of a session: tells whether a person, a schedule or a hook asked, and "
        "where the answer goes. Over HTTP there is none.";
    op.examples = {{"Here", {}}};
    registry.add(op);
}

void register_writes(runtime::Registry& registry) {
    Operation op = write_op(runtime::operation("channel.declare", declare), true);
    op.summary = "Say that a channel can be used";
    op.description =
        "Use it in a connector when it begins: from then on messages are taken, and wait as jobs "
        "of "
        "the queue channel:<name> until the connector leases them.";
    op.routes = {{"POST", "/_internal/channels"}};
    op.examples = {{"One", {{"name", kExample}, {"description", "Where the team talks"}}},
                   {"Close it for a while", {{"name", kExample}, {"canSend", false}}}};
    registry.add(op);

    op = write_op(runtime::operation("channel.remove", remove), true);
    op.effect = Effect::destructive;
    op.summary = "Say that a channel is no more";
    op.description =
        "Use it when a connector goes for good. What was sent before waits for whoever leases it.";
    op.examples = {{"One", {{"name", kExample}}}};
    registry.add(op);

    op = write_op(runtime::operation("channel.send", send), false);
    op.summary = "Send a message to somebody on a channel";
    op.description =
        "Use it to answer or to tell a person something. The message is kept as a job that the "
        "channel's connector delivers, again if it has to; with a key it is sent once.";
    op.default_tool = true;
    op.routes = {{"POST", "/_internal/channel/send"}};
    op.examples = {
        {"To a room", {{"channel", kExample}, {"target", "ops"}, {"message", "Staging is up"}}}};
    registry.add(op);
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_reads(registry);
    register_writes(registry);
}

}  // namespace stele::channels
