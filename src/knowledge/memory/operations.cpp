#include "knowledge/memory/operations.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"
#include "knowledge/memory/model.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/store.hpp"
#include "knowledge/memory/transfer.hpp"

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
    if (const std::string why = text("why"); !why.empty()) out += "       because it " + why + "\n";
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
    Operation op = read_op(runtime::operation("memory.search", search));
    op.summary = "Find memories by meaning and by words";
    op.description =
        "Use it before you answer from memory, and at the start of a task: finds what was stored "
        "about preferences, decisions, facts and lessons. Ask in plain words.";
    op.default_tool = true;
    op.routes = {{"GET", "/memory/search"}};
    op.examples = {{"Ask a question", {{"query", "which port does the database use"}}},
                   {"Only lessons, with reasons",
                    {{"query", "deploy"}, {"category", "lesson"}, {"why", true}, {"limit", 3}}}};
    op.render = render_results;
    registry.add(op);

    op = read_op(runtime::operation("memory.recent", recent));
    op.summary = "The newest memories";
    op.description = "Use it to see what happened last, across all scopes, newest first.";
    op.default_tool = true;
    op.routes = {{"GET", "/memory/recent"}};
    op.examples = {{"The last five", {{"limit", 5}}}};
    op.render = render_results;
    registry.add(op);

    op = read_op(runtime::operation("memory.get", get));
    op.summary = "One memory by its id";
    op.description =
        "Use it to read a whole memory, with its provenance and, if asked, its history.";
    op.default_tool = true;
    op.routes = {{"GET", "/memory/{id}"}};
    op.examples = {{"With its history", {{"id", kExampleId}, {"history", true}}}};
    registry.add(op);

    op = read_op(runtime::operation("memory.list", list_page));
    op.summary = "Page through memories, newest first";
    op.description = "Use it to walk through everything that matches a filter, a page at a time.";
    op.routes = {{"GET", "/memory"}};
    op.examples = {{"All facts of the tenant", {{"category", "fact"}, {"scope", "all"}}}};
    op.render = render_results;
    registry.add(op);

    op = read_op(runtime::operation("memory.stats", stats_of));
    op.summary = "The tenant's memories in numbers";
    op.description = "Use it to see how much is stored, where, and how many vectors are to come.";
    op.examples = {{"All of it", {}}};
    registry.add(op);

    op = read_op(runtime::operation("memory.export", export_memories));
    op.audit = runtime::Audit::read;
    op.summary = "Write memories out as JSON Lines";
    op.description =
        "Use it to keep or move memories; `stele import jsonl` reads them back, equal.";
    op.command = "export";
    op.doors = runtime::kCli | runtime::kHttp;
    op.examples = {{"Everything, to standard output", {{"scope", "all"}}}};
    op.render = render_export;
    registry.add(op);
}

void register_writes(runtime::Registry& registry) {
    Operation op = write_op(runtime::operation("memory.store", store), true);
    op.summary = "Remember something";
    op.description =
        "Use it when you learn what will matter later: a preference, a decision and its reason, a "
        "fact, a lesson. One complete thought a memory. The same text in the same scope is stored "
        "once.";
    op.default_tool = true;
    op.routes = {{.method = "POST", .path = "/memory", .defaults = {{"category", "fact"}}}};
    op.examples = {
        {"A fact, for all projects",
         {{"content", "The staging database listens on port 6543"}, {"category", "fact"}}},
        {"A lesson with its origin",
         {{"content", "Run the migrations before the smoke test"},
          {"category", "lesson"},
          {"tags", {"deploy", "ci"}},
          {"commit", "4f2a9c1"}}}};
    registry.add(op);

    op = write_op(runtime::operation("memory.store_batch", store_batch), true);
    op.summary = "Remember many things at once";
    op.description = "Use it for up to 1,000 memories in one call: all are stored, or none.";
    op.body_bytes = limits::kBatchBodyBytes;
    op.examples = {
        {"Two at once",
         {{"memories",
           json::array{json::object{{"content", "Builds need cmake 3.25"}, {"category", "fact"}},
                       json::object{{"content", "Reviews happen on Tuesdays"},
                                    {"category", "pattern"}}}}}}};
    registry.add(op);
}

void register_edits(runtime::Registry& registry) {
    Operation op = write_op(runtime::operation("memory.update", update), false);
    op.summary = "Correct a memory";
    op.description = "Use it when a memory was written wrongly; what it said before is kept.";
    op.default_tool = true;
    op.routes = {{"PATCH", "/memory/{id}"}};
    op.examples = {{"Another category", {{"id", kExampleId}, {"category", "lesson"}}}};
    registry.add(op);

    op = write_op(runtime::operation("memory.supersede", supersede), false);
    op.summary = "Replace a memory that is no longer true";
    op.description =
        "Use it when the world has changed: the old memory ends now and stays for questions about "
        "the past (asOf); the new one takes its place.";
    op.examples = {{"The port has moved",
                    {{"supersedes", kExampleId},
                     {"content", "The staging database listens on port 7654"},
                     {"category", "fact"}}}};
    registry.add(op);

    op = write_op(runtime::operation("memory.pin", pin), true);
    op.summary = "Pin a memory, so that it ranks higher";
    op.description = "Use it for the few memories that should nearly always be seen.";
    op.examples = {{"Pin", {{"id", kExampleId}}},
                   {"Take the pin out", {{"id", kExampleId}, {"pinned", false}}}};
    registry.add(op);

    op = write_op(runtime::operation("memory.forget", forget), true);
    op.effect = Effect::destructive;
    op.audit = runtime::Audit::change;
    op.summary = "Forget memories for good";
    op.description =
        "Use it when something must go: the memory, its vector and its history are gone from every "
        "index at once. A receipt with ids and hashes remains. Try dryRun first with a filter.";
    op.default_tool = true;
    op.routes = {{"DELETE", "/memory/{id}"}};
    op.examples = {{"See what would go", {{"category", "session-error"}, {"dryRun", true}}},
                   {"One memory, with the reason", {{"id", kExampleId}, {"reason", "asked to"}}}};
    registry.add(op);
}

void register_upkeep(runtime::Registry& registry, const std::vector<Refill>& refills,
                     const ListTenants& tenants) {
    Operation op = write_op(runtime::operation("memory.import", import_memories), true);
    op.audit = runtime::Audit::change;
    op.summary = "Read memories in: git history, Markdown, JSON Lines";
    op.description =
        "Use it to begin with what is known already. Running it again stores nothing twice.";
    op.command = "import";
    op.doors = runtime::kCli | runtime::kHttp;
    op.body_bytes = limits::kBatchBodyBytes;
    op.time_limit = std::chrono::hours(4);
    op.examples = {{"A text", {{"format", "markdown"}, {"data", "# Ports\n\nStaging: 6543"}}}};
    registry.add(op);

    const std::function<ReembedOutput(Context&, const StatsInput&)> reembed_all =
        [refills, tenants](Context& context, const StatsInput&) {
            return reembed(context, refills, tenants);
        };
    op = write_op(runtime::operation("memory.reembed", reembed_all), true);
    op.audit = runtime::Audit::change;
    op.summary = "Make the vectors of all tenants anew, with the model now configured";
    op.description =
        "For the operator, after changing the embedding model: memories and conversations of every "
        "tenant. Searches change to the model when none lacks a vector; run it again if it was "
        "stopped before.";
    op.scopes = {"ops:admin"};
    op.across_tenants = true;
    op.doors = runtime::kCli;
    op.time_limit = std::chrono::hours(24);
    op.examples = {{"Start", {}}};
    registry.add(op);
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
