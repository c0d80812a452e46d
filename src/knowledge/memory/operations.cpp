#include "knowledge/memory/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/transfer.hpp"
#include "knowledge/retrieval/hit_blocks.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {

namespace {

using runtime::Context;
using runtime::Effect;
using runtime::Operation;

// Ids in examples; the test that runs the examples stores a memory under each first.
constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";

ResultsOutput recent(Context& context, const RecentInput& input) {
    Filter filter = input;
    if (!filter.scope) filter.scope = "all";
    return {list(context, filter, input.limit, {}).results, {}, {}};
}

GetOutput get(Context& context, const GetInput& input) {
    std::optional<Memory> found = find(context, input.id);
    if (!found)
        throw Error(Code::not_found, fmt::format("there is no memory {}", input.id),
                    "`stele memory list` shows the ids of this tenant");
    GetOutput out{std::move(*found), {}};
    if (input.history) out.history = history(context, input.id);
    return out;
}

ListOutput list_page(Context& context, const ListInput& input) {
    return list(context, input, input.limit, input.cursor);
}

Memory pin(Context& context, const PinInput& input) {
    return set_pinned(context, input.id, input.pinned);
}

StatsOutput stats_of(Context& context, const StatsInput&) {
    return stats(context);
}

// A memory on a terminal: score, where it came from, then the text.
std::string memory_line(const json::object& m) {
    const auto text = [&](const char* key) {
        const json::value* v = m.if_contains(key);
        return v && v->is_string() ? std::string(v->get_string()) : std::string();
    };
    std::string out;
    if (const json::value* score = m.if_contains("score"))
        out += fmt::format("{:5.2f}  ", score->to_number<double>());
    out += fmt::format("[{}] {}  {}", text("category"), text("scope"),
                       text("timestamp").substr(0, 10));
    if (const std::string commit = text("commit"); !commit.empty())
        out += "  commit " + commit.substr(0, 12);
    if (const std::string file = text("file"); !file.empty()) out += "  " + file;
    out += fmt::format("\n       {}\n       {}\n", excerpt(text("content"), 240), text("id"));
    if (const std::string why = text("why"); !why.empty()) out += "       because " + why + "\n";
    if (const json::value* signals = m.if_contains("signals"))
        out += "       " + serialize(*signals) + "\n";
    return out;
}

std::string render_results(const json::value& output) {
    std::string out;
    const json::object& object = output.as_object();
    for (const json::value& m : object.at("results").as_array()) out += memory_line(m.as_object());
    if (object.at("results").as_array().empty()) out += "Nothing found.\n";
    if (const json::value* message = object.if_contains("message"))
        out += fmt::format("Note: {}\n", std::string_view(message->as_string()));
    if (const json::value* cursor = object.if_contains("nextCursor"))
        out += fmt::format("More: --cursor {}\n", std::string_view(cursor->as_string()));
    return out;
}

std::string render_export(const json::value& output) {
    const json::object& object = output.as_object();
    if (const json::value* data = object.if_contains("data")) return std::string(data->as_string());
    return fmt::format("{} memories written to {}\n", object.at("count").to_number<std::int64_t>(),
                       std::string_view(object.at("file").as_string()));
}

Operation read_op(Operation op) {
    op.effect = Effect::read;
    op.idempotent = true;
    op.scopes = {"memory:read"};
    return op;
}

Operation write_op(Operation op, bool idempotent) {
    op.effect = Effect::write;
    op.idempotent = idempotent;
    op.scopes = {"memory:write"};
    return op;
}

void register_reads(runtime::Registry& registry) {
    registry.add(
        read_op(runtime::operation("memory.search", search))
            .says("Find memories by meaning and by words",
                  "Use it before you answer from memory, and at the start of a task: finds what "
                  "was stored about preferences, decisions, facts and lessons. Ask in plain words.")
            .with_default_tool()
            .with_routes({{"GET", "/memory/search"}})
            .with_examples(
                {{"Ask a question", {{"query", "which port does the database use"}}},
                 {"Only lessons, with reasons",
                  {{"query", "deploy"}, {"category", "lesson"}, {"why", true}, {"limit", 3}}}})
            .with_render(render_results)
            .with_on_terminal(retrieval::hits_on_terminal()));

    registry.add(read_op(runtime::operation("memory.recent", recent))
                     .says("The newest memories",
                           "Use it to see what happened last, across all scopes, newest first.")
                     .with_default_tool()
                     .with_routes({{"GET", "/memory/recent"}})
                     .with_examples({{"The last five", {{"limit", 5}}}})
                     .with_render(render_results));

    registry.add(
        read_op(runtime::operation("memory.get", get))
            .says("One memory by its id",
                  "Use it to read a whole memory, with its provenance and, if asked, its history.")
            .with_default_tool()
            .with_routes({{"GET", "/memory/{id}"}})
            .with_examples({{"With its history", {{"id", kExampleId}, {"history", true}}}}));

    registry.add(
        read_op(runtime::operation("memory.list", list_page))
            .says("Page through memories, newest first",
                  "Use it to walk through everything that matches a filter, a page at a time.")
            .with_routes({{"GET", "/memory"}})
            .with_examples({{"All facts of the tenant", {{"category", "fact"}, {"scope", "all"}}}})
            .with_render(render_results));

    registry.add(
        read_op(runtime::operation("memory.stats", stats_of))
            .says("The tenant's memories in numbers",
                  "Use it to see how much is stored, where, and how many vectors are to come.")
            .with_examples({{"All of it", {}}}));

    registry.add(
        read_op(runtime::operation("memory.export", export_memories))
            .says("Write memories out as JSON Lines",
                  "Use it to keep or move memories; `stele import jsonl` reads them back, equal.")
            .with_audit(runtime::Audit::read)
            .with_command("export")
            .with_doors(runtime::kCli | runtime::kHttp)
            .with_examples({{"Everything, to standard output", {{"scope", "all"}}}})
            .with_render(render_export));
}

void register_writes(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("memory.store", store), true)
            .says("Remember something",
                  "Use it when you learn what will matter later: a preference, a decision and its "
                  "reason, a fact, a lesson. One complete thought a memory. The same text in the "
                  "same scope is stored once.")
            .with_default_tool()
            .with_routes(
                {{.method = "POST", .path = "/memory", .defaults = {{"category", "fact"}}}})
            .with_examples(
                {{"A fact, for all projects",
                  {{"content", "The staging database listens on port 6543"}, {"category", "fact"}}},
                 {"A lesson with its origin",
                  {{"content", "Run the migrations before the smoke test"},
                   {"category", "lesson"},
                   {"tags", {"deploy", "ci"}},
                   {"commit", "4f2a9c1"}}}}));

    registry.add(
        write_op(runtime::operation("memory.store_batch", store_batch), true)
            .says("Remember many things at once",
                  "Use it for up to 1,000 memories in one call: all are stored, or none.")
            .with_body_bytes(limits::kBatchBodyBytes)
            .with_examples(
                {{"Two at once",
                  {{"memories", json::array{json::object{{"content", "Builds need cmake 3.25"},
                                                         {"category", "fact"}},
                                            json::object{{"content", "Reviews happen on Tuesdays"},
                                                         {"category", "pattern"}}}}}}}));
}

void register_edits(runtime::Registry& registry) {
    registry.add(
        write_op(runtime::operation("memory.update", update), false)
            .says("Correct a memory",
                  "Use it when a memory was written wrongly; what it said before is kept.")
            .with_default_tool()
            .with_routes({{"PATCH", "/memory/{id}"}})
            .with_examples({{"Another category", {{"id", kExampleId}, {"category", "lesson"}}}}));

    registry.add(write_op(runtime::operation("memory.supersede", supersede), false)
                     .says("Replace a memory that is no longer true",
                           "Use it when the world has changed: the old memory ends now and stays "
                           "for questions about the past (asOf); the new one takes its place.")
                     .with_examples({{"The port has moved",
                                      {{"supersedes", kExampleId},
                                       {"content", "The staging database listens on port 7654"},
                                       {"category", "fact"}}}}));

    registry.add(
        write_op(runtime::operation("memory.pin", pin), true)
            .says("Pin a memory, so that it ranks higher",
                  "Use it for the few memories that should nearly always be seen.")
            .with_examples({{"Pin", {{"id", kExampleId}}},
                            {"Take the pin out", {{"id", kExampleId}, {"pinned", false}}}}));

    registry.add(
        write_op(runtime::operation("memory.forget", forget), true)
            .says("Forget memories for good",
                  "Use it when something must go: the memory, its vector and its history are gone "
                  "from every index at once. A receipt with ids and hashes remains. Try dryRun "
                  "first with a filter.")
            .with_effect(Effect::destructive)
            .with_audit(runtime::Audit::change)
            .with_default_tool()
            .with_routes({{"DELETE", "/memory/{id}"}})
            .with_examples(
                {{"See what would go", {{"category", "session-error"}, {"dryRun", true}}},
                 {"One memory, with the reason", {{"id", kExampleId}, {"reason", "asked to"}}}}));
}

void register_upkeep(runtime::Registry& registry, const std::vector<Refill>& refills,
                     const ListTenants& tenants) {
    registry.add(
        write_op(runtime::operation("memory.import", import_memories), true)
            .says("Read memories in: git history, Markdown, JSON Lines",
                  "Use it to begin with what is known already. Running it again stores nothing "
                  "twice.")
            .with_audit(runtime::Audit::change)
            .with_command("import")
            .with_doors(runtime::kCli | runtime::kHttp)
            .with_body_bytes(limits::kBatchBodyBytes)
            .with_time_limit(std::chrono::hours(4))
            .with_examples(
                {{"A text", {{"format", "markdown"}, {"data", "# Ports\n\nStaging: 6543"}}}}));

    const std::function<ReembedOutput(Context&, const StatsInput&)> reembed_all =
        [refills, tenants](Context& context, const StatsInput&) {
            return reembed(context, refills, tenants);
        };
    registry.add(write_op(runtime::operation("memory.reembed", reembed_all), true)
                     .says("Make the vectors of all tenants anew, with the model now configured",
                           "For the operator, after changing the embedding model: memories and "
                           "conversations of every tenant. Searches change to the model when none "
                           "lacks a vector; run it again if it was stopped before.")
                     .with_audit(runtime::Audit::change)
                     .with_scopes({"ops:admin"})
                     .with_across_tenants()
                     .with_doors(runtime::kCli)
                     .with_time_limit(std::chrono::hours(24))
                     .with_examples({{"Start", {}}}));
}

}  // namespace

void register_operations(runtime::Registry& registry, const std::vector<Refill>& refills,
                         const ListTenants& tenants) {
    register_reads(registry);
    register_writes(registry);
    register_edits(registry);
    register_upkeep(registry, refills, tenants);
}

}  // namespace stele::memory
