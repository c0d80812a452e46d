#include <fmt/format.h>

#include "foundation/base/text.hpp"
#include "knowledge/conversations/search.hpp"
#include "knowledge/retrieval/hit_blocks.hpp"

namespace stele::conversations {

namespace {

// A result on a terminal: score, where it was said and by whom, then the text.
std::string render_search(const json::value& output) {
    const auto text = [](const json::object& m, const char* key) {
        const json::value* v = m.if_contains(key);
        return v && v->is_string() ? std::string(v->get_string()) : std::string();
    };
    std::string out;
    const json::object& object = output.as_object();
    for (const json::value& row : object.at("results").as_array()) {
        const json::object& m = row.as_object();
        const bool summary = text(m, "type") == "summary";
        out +=
            fmt::format("{:5.2f}  {}  #{} {}  {}\n       {}\n", m.at("score").to_number<double>(),
                        text(m, "threadId"), m.at("seq").to_number<std::int64_t>(),
                        summary ? "summary" : text(m, "speaker"),
                        text(m, "timestamp").substr(0, 10), excerpt(text(m, "content"), 240));
        if (const std::string why = text(m, "why"); !why.empty())
            out += "       because " + why + "\n";
        if (const json::value* signals = m.if_contains("signals"))
            out += "       " + serialize(*signals) + "\n";
    }
    if (out.empty()) out = "Nothing found; --scope all looks everywhere.\n";
    if (const json::value* message = object.if_contains("message"))
        out += fmt::format("Note: {}\n", std::string_view(message->as_string()));
    return out;
}

}  // namespace

void register_search(runtime::Registry& registry) {
    registry.add(
        runtime::operation("chat.search", search)
            .says(
                "Find what was said, and summaries of it",
                "Use it to find an earlier conversation or what somebody said: ask in plain words, "
                "name who said it or when if you know. chat_thread reads on from a result's place.")
            .with_effect(runtime::Effect::read)
            .with_idempotent()
            .with_scopes({"chat:read"})
            .with_default_tool()
            .with_routes({{"GET", "/messages/search"}})
            .with_examples(
                {{"Ask a question", {{"query", "what did we decide about the deploy"}}},
                 {"Of one conversation, with reasons",
                  {{"query", "port"}, {"threadId", "ses_deploy"}, {"why", true}, {"limit", 3}}}})
            .with_render(render_search)
            .with_on_terminal(retrieval::hits_on_terminal()));
}

}  // namespace stele::conversations
