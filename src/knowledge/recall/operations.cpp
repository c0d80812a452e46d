#include "knowledge/recall/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/text.hpp"
#include "knowledge/recall/search.hpp"
#include "knowledge/retrieval/hit_blocks.hpp"

namespace stele::recall {

namespace {

std::string render(const json::value& output) {
    const auto text = [](const json::object& row, const char* key) {
        const json::value* v = row.if_contains(key);
        return v && v->is_string() ? std::string(v->get_string()) : std::string();
    };
    const auto line = [&](const json::object& row) {
        std::string where = text(row, "kind") == "memory"
                                ? fmt::format("[{}]", text(row, "category"))
                                : fmt::format("{} {}", text(row, "threadId"), text(row, "speaker"));
        std::string out = fmt::format("{:5.2f}  {}  {}  {}\n       {}\n       {}\n",
                                      row.at("score").to_number<double>(), where,
                                      text(row, "scope"), text(row, "timestamp").substr(0, 10),
                                      excerpt(text(row, "content"), 240), text(row, "id"));
        if (const std::string why = text(row, "why"); !why.empty())
            out += "       because " + why + "\n";
        if (const json::value* signals = row.if_contains("signals"))
            out += "       " + serialize(*signals) + "\n";
        return out;
    };
    std::string out;
    const json::object& object = output.as_object();
    for (const json::value& row : object.at("results").as_array()) out += line(row.as_object());
    if (out.empty()) out = "Nothing found.\n";
    if (const json::value* message = object.if_contains("message"))
        out += fmt::format("Note: {}\n", std::string_view(message->as_string()));
    return out;
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    registry.add(
        runtime::operation("recall.search", search)
            .says("Find anything that was stored or said",
                  "Use it when you do not know whether something was remembered or only said: "
                  "memories, messages and summaries in one order. Ask in plain words; name who "
                  "said it or when if you know.")
            .with_effect(runtime::Effect::read)
            .with_idempotent()
            .with_scopes({"memory:read", "chat:read"})
            .with_command("search")
            .with_routes({{"GET", "/search"}})
            .with_examples(
                {{"Ask a question", {{"query", "which port does the database use"}}},
                 {"What was said, with reasons",
                  {{"query", "deploy"}, {"kinds", json::array{"message"}}, {"why", true}}}})
            .with_render(render)
            .with_on_terminal(retrieval::hits_on_terminal()));
}

}  // namespace stele::recall
