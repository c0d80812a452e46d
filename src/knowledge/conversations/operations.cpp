#include "knowledge/conversations/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/json_text.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/conversations/search.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/conversations/transfer.hpp"

namespace stele::conversations {

namespace {

using runtime::Effect;
using runtime::Operation;

// What examples name; the test that runs them logs a message under these first.
constexpr const char* kExampleThread = "ses_deploy";
constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";

// A message on a terminal: who, when, where; then what.
std::string message_line(const json::object& m) {
    std::string out;
    if (const json::value* seq = m.if_contains("seq"))
        out += fmt::format("{:4} ", seq->to_number<std::int64_t>());
    out += fmt::format("{}  {}", text_of(m, "speaker"), text_of(m, "timestamp").substr(0, 19));
    if (const std::string type = text_of(m, "type"); type != "message") out += "  " + type;
    out += fmt::format("\n     {}\n", excerpt(text_of(m, "content"), 2000));
    return out;
}

std::string render_thread(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& m : object.at("messages").as_array())
        out += message_line(m.as_object());
    if (out.empty()) out = "No messages.\n";
    if (const json::value* at = object.if_contains("nextAfter"))
        out += fmt::format("More: --after {}\n", at->to_number<std::int64_t>());
    if (const json::value* at = object.if_contains("nextBefore"))
        out += fmt::format("Earlier: --before {}\n", at->to_number<std::int64_t>());
    return out;
}

std::string cursor_line(const json::object& object) {
    const std::string cursor = text_of(object, "nextCursor");
    return cursor.empty() ? "" : fmt::format("More: --cursor {}\n", cursor);
}

std::string render_recent(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& row : object.at("results").as_array()) {
        const json::object& r = row.as_object();
        out += fmt::format("{}  {}  {}\n", text_of(r, "threadId"), text_of(r, "scope"),
                           text_of(r, "timestamp").substr(0, 19));
        if (const std::string title = text_of(r, "title"); !title.empty())
            out += "     " + title + "\n";
        out += fmt::format("     {}: {}\n", text_of(r, "speaker"),
                           excerpt(text_of(r, "content"), 240));
    }
    if (out.empty()) out = "No conversations here; --scope all looks in all of them.\n";
    return out + cursor_line(object);
}

std::string render_pending(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& row : object.at("results").as_array()) {
        const json::object& r = row.as_object();
        out += fmt::format("{}  {}  {}\n     {}: {}\n", text_of(r, "messageId"),
                           text_of(r, "threadId"), text_of(r, "createdAt").substr(0, 19),
                           text_of(r, "action"), excerpt(text_of(r, "content"), 240));
    }
    if (out.empty()) out = "Nothing is open here; --scope all looks everywhere.\n";
    return out + cursor_line(object);
}

std::string render_summaries(const json::value& output) {
    const json::object& object = output.as_object();
    std::string out;
    for (const json::value& row : object.at("summaries").as_array()) {
        const json::object& s = row.as_object();
        out += fmt::format("{}–{}  {}\n     {}\n     ", s.at("fromSeq").to_number<std::int64_t>(),
                           s.at("toSeq").to_number<std::int64_t>(), text_of(s, "method"),
                           text_of(s, "summary"));
        for (const json::value& word : s.at("topicKeywords").as_array())
            out += std::string(word.as_string()) + " ";
        out += "\n";
    }
    if (out.empty()) out = "No summaries yet.\n";
    if (const auto waiting = object.at("waiting").to_number<std::int64_t>(); waiting > 0)
        out += fmt::format("{} more in the making.\n", waiting);
    return out;
}

Operation read_op(Operation op) {
    op.effect = Effect::read;
    op.idempotent = true;
    op.scopes = {"chat:read"};
    return op;
}

Operation write_op(Operation op, bool idempotent) {
    op.effect = Effect::write;
    op.idempotent = idempotent;
    op.scopes = {"chat:write"};
    return op;
}

void register_reads(runtime::Registry& registry) {
    registry.add(
        read_op(runtime::operation("chat.thread", thread))
            .says("A conversation's messages, in order",
                  "Use it to read a conversation again: from its beginning, from a place on, or "
                  "its newest messages. A fork shows what it shares with its origin, too.")
            .with_default_tool()
            .with_routes({{"GET", "/messages/thread/{threadId}"}})
            .with_examples(
                {{"The last ten", {{"threadId", kExampleThread}, {"newest", true}, {"limit", 10}}},
                 {"What came after a place", {{"threadId", kExampleThread}, {"after", 1}}}})
            .with_render(render_thread));

    registry.add(read_op(runtime::operation("chat.recent", recent))
                     .says("The conversations last spoken in",
                           "Use it to find a conversation to go on with: threads, newest first, "
                           "each with its last message.")
                     .with_default_tool()
                     .with_routes({{"GET", "/messages/recent"}})
                     .with_examples({{"Everywhere", {{"limit", 5}, {"scope", "all"}}}})
                     .with_render(render_recent));

    registry.add(read_op(runtime::operation("chat.stats", stats))
                     .says("The tenant's conversations in numbers",
                           "Use it to see how much was said, and what the worker still has to do.")
                     .with_examples({{"All of it", {}}}));

    registry.add(
        read_op(runtime::operation("chat.pending", pending))
            .says("What was asked for and is still open",
                  "Use it at the start of a session and before you end one: the questions and "
                  "tasks that messages left behind, oldest first, until somebody resolves them.")
            .with_routes({{"GET", "/messages/pending"}})
            .with_examples({{"Everywhere", {{"scope", "all"}}},
                            {"Of one conversation", {{"threadId", kExampleThread}, {"limit", 5}}}})
            .with_render(render_pending));

    registry.add(read_op(runtime::operation("chat.summaries", summaries))
                     .says("What a conversation was about, in a few sentences",
                           "Use it to catch up without reading everything: a summary of every "
                           "twenty messages and of the last forty when the conversation ended.")
                     .with_routes({{"GET", "/messages/thread/{threadId}/summaries"}})
                     .with_examples({{"All of them", {{"threadId", kExampleThread}}}})
                     .with_render(render_summaries));
}

void register_writes(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("chat.log", log), false)
            .says("Keep a message of a conversation",
                  "Use it to put on record what was said: each message once, in the order it was "
                  "said. With dedupKey the same message logged twice, by two programs even, is "
                  "kept once. pendingAction says what somebody has to do about it.")
            .with_default_tool()
            .with_routes({{"POST", "/messages", 201}})
            .with_examples({{"In a new conversation", {{"content", "Shall I deploy to staging?"}}},
                            {"What the user has to decide",
                             {{"content", "The migration takes a lock for a minute. Tonight?"},
                              {"threadId", kExampleThread},
                              {"pendingAction", "decide when to migrate"}}},
                            {"From a capture that may run twice",
                             {{"content", "Yes, go ahead"},
                              {"speaker", "user"},
                              {"threadId", kExampleThread},
                              {"dedupKey", "msg_7f3a"}}}}));

    registry.add(
        write_op(runtime::operation("chat.log_batch", log_batch), false)
            .says("Keep many messages at once",
                  "Use it for up to 1,000 messages of any conversations in one call: all are kept, "
                  "or none.")
            .with_body_bytes(limits::kBatchBodyBytes)
            .with_examples(
                {{"A question and its answer",
                  {{"messages", json::array{json::object{{"content", "Which port?"},
                                                         {"speaker", "user"},
                                                         {"threadId", kExampleThread}},
                                            json::object{{"content", "6543"},
                                                         {"threadId", kExampleThread}}}}}}}));
}

void register_edits(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("chat.resolve", resolve), true)
            .says("Close what a message asked for",
                  "Use it when a pending action is done, or will not be done (cancel). Saying the "
                  "same again changes nothing; another resolution is refused.")
            .with_routes({{"POST", "/messages/{messageId}/resolve"}})
            .with_examples(
                {{"Done", {{"messageId", kExampleId}, {"resolution", "migrated at 02:00"}}},
                 {"It will not be done",
                  {{"messageId", kExampleId}, {"resolution", "not needed"}, {"cancel", true}}}}));

    registry.add(write_op(runtime::operation("chat.end", end_thread), true)
                     .says("End a conversation and have it summarized",
                           "Use it when a session is over: its last messages are summarized in the "
                           "background. A new message opens it again.")
                     .with_examples({{"The session is over", {{"threadId", kExampleThread}}}}));

    registry.add(
        write_op(runtime::operation("chat.fork", fork), false)
            .says("Go on from an earlier place in another direction",
                  "Use it to try something else without touching a conversation: the fork shows "
                  "its messages up to a place and takes new ones of its own.")
            .with_examples(
                {{"From where it stands",
                  {{"threadId", kExampleThread}, {"newThreadId", "ses_deploy_2"}}},
                 {"From an earlier place",
                  {{"threadId", kExampleThread}, {"atSeq", 1}, {"title", "Another way"}}}}));

    registry.add(
        write_op(runtime::operation("chat.forget", forget), true)
            .says("Forget messages for good",
                  "Use it when something must go: messages, their vectors, what they asked for and "
                  "the summaries that cover them are gone at once. A receipt with ids and hashes "
                  "remains.")
            .with_effect(Effect::destructive)
            .with_audit(runtime::Audit::change)
            .with_examples({{"See what would go", {{"threadId", kExampleThread}, {"dryRun", true}}},
                            {"One message, with the reason",
                             {{"messageIds", json::array{kExampleId}}, {"reason", "asked to"}}}}));
}

std::string render_export(const json::value& output) {
    const json::object& object = output.as_object();
    if (const json::value* data = object.if_contains("data")) return std::string(data->as_string());
    return fmt::format("{} messages of {} conversations written to {}\n",
                       object.at("messages").to_number<std::int64_t>(),
                       object.at("threads").to_number<std::int64_t>(),
                       std::string_view(object.at("file").as_string()));
}

void register_transfer(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("chat.import", import_threads), true)
            .says("Read conversations in: of coding agents, chat exports, JSON Lines",
                  "Use it to begin with what was said already. Running it again stores nothing "
                  "twice; branches and what sub-agents said become forks. What had to be repaired "
                  "or left out is counted and named.")
            .with_audit(runtime::Audit::change)
            .with_doors(runtime::kCli | runtime::kHttp)
            .with_body_bytes(limits::kBatchBodyBytes)
            .with_time_limit(std::chrono::hours(4))
            .with_examples(
                {{"A line a message",
                  {{"format", "transcript"},
                   {"data",
                    R"({"threadId":"ses_1","speaker":"user","content":"Which port?"})"}}}}));

    registry.add(
        read_op(runtime::operation("chat.export", export_threads))
            .says("Write conversations out as JSON Lines",
                  "Use it to keep or move conversations, with forks, summaries and what is open; "
                  "`stele chat import transcript` reads them back, equal.")
            .with_audit(runtime::Audit::read)
            .with_doors(runtime::kCli | runtime::kHttp)
            .with_time_limit(std::chrono::hours(4))
            .with_examples({{"Everything, to standard output", {}},
                            {"One conversation", {{"threadIds", json::array{kExampleThread}}}}})
            .with_render(render_export));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    register_writes(registry);
    register_reads(registry);
    register_edits(registry);
    register_search(registry);
    register_transfer(registry);
}

}  // namespace stele::conversations
