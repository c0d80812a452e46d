// Walks the registry: every operation has what its doors need, every example does what it shows.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <ranges>
#include <set>

#include "app/commands.hpp"
#include "app/modules.hpp"
#include "app/tests/agents.hpp"
#include "doors/cli/parse.hpp"
#include "doors/mcp/product.hpp"
#include "doors/mcp/session.hpp"
#include "doors/mcp/tool_sets.hpp"
#include "doors/openapi/openapi.hpp"
#include "foundation/base/error.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/settings.hpp"
#include "support/test_database.hpp"

namespace stele::app {
namespace {

constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";

// The jobs that examples name: one that runs, one that failed; an artifact, a schedule, a
// definition.
constexpr const char* kExampleJobs = R"(
    INSERT INTO jobs (org_id, project_id, id, queue, name, instance, status, ended_at)
    SELECT t, t, id::uuid, 'default', 'build', 'tester', status,
           CASE WHEN status <> 'queued' THEN now() END
    FROM (VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', 'queued'),
                 ('01890a5d-ac96-774b-bcce-b302099a8058', 'failed')) AS j (id, status),
         uuid('00000000-0000-4000-8000-000000000001') AS t;
    INSERT INTO job_queue (org_id, project_id, id, queue, name, state, attempt, generation,
                           lease_until, first_started_at, attempt_started_at)
    SELECT org_id, project_id, id, queue, name, 'running', 1, 1, now() + interval '1 minute',
           now(), now()
    FROM jobs WHERE status = 'queued';
    INSERT INTO artifacts (org_id, project_id, id, job_id, uri, sha256, bytes, media_type,
                           redaction_status)
    SELECT org_id, project_id, '01890a5d-ac96-874b-bcce-b302099a8059', id, '/nowhere/report.txt',
           repeat('0', 64), 1, 'text/plain', 'none'
    FROM jobs WHERE status = 'queued';
    INSERT INTO job_schedules (org_id, project_id, name, kind, expression, queue, job_name, next_at)
    SELECT org_id, project_id, 'nightly', 'cron', '0 2 * * *', 'default', 'report', now()
    FROM jobs WHERE status = 'queued';
    INSERT INTO relay_sessions (org_id, project_id, id, channel, jobs)
    SELECT org_id, project_id, 'relay-7', 'api', ARRAY[id] FROM jobs WHERE status = 'queued';
    INSERT INTO job_definitions (org_id, project_id, name, version, hash)
    SELECT org_id, project_id, 'release', 1, 'x' FROM jobs WHERE status = 'queued';
    INSERT INTO job_schedules (org_id, project_id, name, kind, expression, queue, job_name, next_at)
    SELECT org_id, project_id, 'heartbeat', 'every', '1h', '', 'agent', now()
    FROM jobs WHERE status = 'queued';
    INSERT INTO channels (org_id, project_id, name, instance)
    SELECT org_id, project_id, 'telegram', 'tester' FROM jobs WHERE status = 'queued';
    INSERT INTO annotations (org_id, project_id, id, job_id, origin, verdict, score, agent, model,
                             domain, iterations, token_cost, duration_ms, instance)
    SELECT org_id, project_id, id, 'nightly-7', 'human', 'pass', 1, 'opencode', 'unknown',
           'general', 1, 0, 0, 'tester'
    FROM jobs WHERE status = 'queued')";

// The instances that examples name: one that is alive, two that left; and a delegation.
constexpr const char* kExampleMesh = R"(
    INSERT INTO mesh_instances (org_id, project_id, id, name, role)
    SELECT t, t, gen_random_uuid(), name, 'data-intelligence'
    FROM unnest(ARRAY['atlas', 'borea', 'gone']) AS name,
         uuid('00000000-0000-4000-8000-000000000001') AS t;
    INSERT INTO mesh_heartbeats (org_id, project_id, id, gone)
    SELECT org_id, project_id, id, name <> 'atlas' FROM mesh_instances;
    INSERT INTO delegations (org_id, project_id, id, idempotency_key, target_id, target, endpoint,
                             depth, path, routing_explanation_id, reason, fallback,
                             payload_redacted, instance, status, ended_at)
    SELECT org_id, project_id, '01890a5d-ac96-774b-bcce-b302099a8057', 'k', id, name, '', 1, '{}',
           gen_random_uuid(), 'low load', false, '{}', 'tester', 'complete', now()
    FROM mesh_instances WHERE name = 'atlas';
    INSERT INTO delegation_events (org_id, project_id, delegation_id, seq, type, payload)
    SELECT org_id, project_id, id, 1, 'submitting', '{}' FROM delegations)";

// The token that examples name.
constexpr const char* kExampleToken = R"(
    INSERT INTO api_tokens (org_id, project_id, id, kind, name, prefix, secret_sha256, scopes,
                            created_by)
    SELECT t, t, '01890a5d-ac96-774b-bcce-b302099a8057', 'service', 'ci', repeat('0', 22),
           sha256('x'), '{memory:read}', 'local'
    FROM uuid('00000000-0000-4000-8000-000000000001') AS t)";

struct Answers : mcp::Sink {
    json::object last;
    void send(const json::value& message) override { last = message.as_object(); }
};

struct Everything {
    runtime::Metrics metrics;
    runtime::Dispatcher dispatcher;
    runtime::Registry registry;
    Everything() {
        register_operations(registry, dispatcher);
        register_commands(registry, dispatcher, metrics,
                          []() -> App& { throw Error(Code::internal, "no app"); });
    }
};

TEST(Registry, EveryOperationHasWhatItsDoorsNeed) {
    Everything all;
    const json::object document = openapi::document(all.registry, "test");
    const auto catalog =
        mcp::product_catalog(all.registry, all.dispatcher, {.version = "test", .context = {}});
    for (const runtime::Operation& op : all.registry.all()) {
        SCOPED_TRACE(op.name);
        EXPECT_FALSE(op.summary.empty());
        EXPECT_FALSE(op.description.empty());
        EXPECT_FALSE(op.examples.empty());
        EXPECT_NE(op.doors, 0u);
        for (const reflect::FieldInfo& field : op.input->fields)
            EXPECT_FALSE(field.doc.empty()) << field.name;
        const bool in_document = document.at("paths").as_object().contains(op.http_path());
        EXPECT_EQ(in_document, (op.doors & runtime::kHttp) != 0);
        EXPECT_EQ(catalog->tool(op.tool_name()) != nullptr, (op.doors & runtime::kMcp) != 0);
    }
}

// A list of tools is in the model's context all the time, and some clients cut it.
TEST(Registry, ByDefaultThereAreFewTools) {
    Everything all;
    const auto catalog =
        mcp::product_catalog(all.registry, all.dispatcher, {.version = "test", .context = {}});
    EXPECT_THAT(catalog->choose_tools(""),
                testing::ElementsAre("chat_log", "chat_recent", "chat_search", "chat_thread",
                                     "graph_explain", "graph_trace", "job_timeline",
                                     "memory_forget", "memory_get", "memory_recent",
                                     "memory_search", "memory_store", "memory_update"));
    const auto bytes_of = [&](const char* tools) {
        const auto out = std::make_shared<Answers>();
        const auto session = mcp::Session::open(catalog, out, {.caller = {}, .tools = tools});
        for (const char* text :
             {R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":)"
              R"("2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})",
              R"({"jsonrpc":"2.0","id":2,"method":"tools/list"})"})
            session->receive_text(text, out);
        EXPECT_TRUE(out->last.at("result").as_object().contains("tools"));
        return serialize(out->last).size();
    };
    EXPECT_LE(bytes_of("default"), 24u * 1024);
    for (const mcp::ToolSet& set : mcp::named_tool_sets())
        EXPECT_FALSE(catalog->choose_tools(set.name).empty()) << set.name;
}

TEST(Registry, TheOpenApiDocumentIsOneThatGeneratorsTake) {
    Everything all;
    const json::object document = openapi::document(all.registry, "test");
    const json::object& components = document.at("components").as_object();
    std::set<std::string> ids;
    for (const auto& path : document.at("paths").as_object())
        for (const auto& method : path.value().as_object()) {
            const json::object& one = method.value().as_object();
            const std::string id(one.at("operationId").as_string());
            SCOPED_TRACE(id);
            EXPECT_TRUE(ids.insert(id).second) << "twice";
            EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789_"),
                      std::string::npos);
            std::set<std::string> headers;
            for (const json::value& parameter : one.at("parameters").as_array())
                if (const json::value* ref = parameter.as_object().if_contains("$ref")) {
                    const std::string name(ref->as_string());
                    headers.insert(name.substr(name.rfind('/') + 1));
                    EXPECT_TRUE(components.at("parameters")
                                    .as_object()
                                    .contains(name.substr(name.rfind('/') + 1)));
                }
            for (const char* name : {"X-Stele-Org", "X-Stele-Project", "X-Stele-Scope",
                                     "X-Stele-Instance", "X-Stele-Posse", "X-Request-Id"})
                EXPECT_TRUE(headers.contains(name)) << name;
            for (const json::value& way : one.at("security").as_array())
                for (const auto& scheme : way.as_object())
                    EXPECT_TRUE(
                        components.at("securitySchemes").as_object().contains(scheme.key()));
        }
    EXPECT_GT(ids.size(), 150u);
}

TEST(Registry, TheDocumentSaysTheScopesOfEachOperation) {
    Everything all;
    const json::object document = openapi::document(all.registry, "test");
    for (const runtime::Operation& op : all.registry.all()) {
        if (!(op.doors & runtime::kHttp)) continue;
        SCOPED_TRACE(op.name);
        const json::value& one = document.at("paths").at(op.http_path()).at("post");
        const std::string words(one.at("description").as_string());
        json::array scopes;
        for (const std::string& scope : op.scopes) {
            scopes.push_back(json::string(scope));
            EXPECT_NE(words.find("`" + scope + "`"), std::string::npos);
        }
        for (const json::value& way : one.at("security").as_array())
            for (const auto& scheme : way.as_object()) EXPECT_EQ(scheme.value(), scopes);
    }
}

TEST(Registry, APathsFieldIsAskedForOnce) {
    Everything all;
    const json::object document = openapi::document(all.registry, "test");
    const json::value& patch = document.at("paths").at("/memory/{id}").at("patch");
    const json::value& body = patch.at("requestBody").at("content").at("application/json");
    EXPECT_FALSE(body.at("schema").at("properties").as_object().contains("id"));
    EXPECT_FALSE(body.at("examples").at("example1").at("value").as_object().contains("id"));
    EXPECT_FALSE(body.at("schema").as_object().contains("required"));
}

// A terminal of 24 lines and 100 columns, with the prompt in its last line.
TEST(Registry, TheHelpOfADomainFitsAScreenAndNamesEveryCommand) {
    Everything all;
    std::set<std::string> domains;
    for (const runtime::Operation& op : all.registry.all()) {
        const std::string words = op.cli_words();
        for (auto at = words.find(' '); at != words.npos; at = words.find(' ', at + 1))
            if (op.doors & runtime::kCli) domains.insert(words.substr(0, at));
    }
    EXPECT_GT(domains.size(), 15u);
    for (const std::string& domain : domains) {
        SCOPED_TRACE(domain);
        std::vector<std::string> args;
        for (const auto word : std::views::split(domain, ' '))
            args.emplace_back(word.begin(), word.end());
        const cli::Parsed parsed = cli::parse(all.registry, args);
        if (!parsed.help) continue;  // a command of its own, such as `db roles`
        std::size_t lines = 0, widest = 0;
        for (const auto line : std::views::split(*parsed.help, '\n')) {
            ++lines;
            std::size_t columns = 0;
            for (const char c : line) columns += (c & 0xC0) != 0x80;
            widest = std::max(widest, columns);
        }
        EXPECT_LE(lines, 24u) << *parsed.help;  // the empty one after the last is the prompt's
        EXPECT_LE(widest, 100u) << *parsed.help;
        for (const runtime::Operation& op : all.registry.all()) {
            const std::string words = op.cli_words();
            if ((op.doors & runtime::kCli) && words.starts_with(domain + " "))
                EXPECT_THAT(*parsed.help, testing::ContainsRegex(
                                              "[ ,]" + words.substr(domain.size() + 1) + "[ ,\n]"));
        }
    }
}

TEST(Registry, WhatCallersFromElsewhereReachNeedsScopes) {
    Everything all;
    const auto writes = [](const std::string& scope) { return !scope.ends_with(":read"); };
    for (const runtime::Operation& op : all.registry.all()) {
        SCOPED_TRACE(op.name);
        // One reaches nobody's data: who one is, anyone may ask.
        EXPECT_EQ(op.any_caller, op.name == "caller.get");
        if ((op.doors & (runtime::kHttp | runtime::kMcp)) && !op.any_caller) {
            EXPECT_FALSE(op.scopes.empty());
        }
        EXPECT_EQ(op.needs, runtime::ScopeSet::of(op.scopes));
        // Writing does not imply reading, and a right to read lets nobody write.
        if (op.effect != runtime::Effect::read && !op.scopes.empty()) {
            EXPECT_TRUE(std::ranges::any_of(op.scopes, writes));
        }
        // A hook's bearer is given this and nothing else.
        if (op.hook) {
            EXPECT_TRUE(runtime::ScopeSet::of({"job:write"}).includes(op.needs));
        }
        // What shares a path with others is told apart by its body alone, so neither may be open to
        // callers that the other refuses.
        for (const runtime::Route& route : op.routes) EXPECT_FALSE(!route.when.empty() && op.hook);
    }
}

TEST(Registry, WhatTheOperatorChangesIsAudited) {
    Everything all;
    constexpr std::array<std::string_view, 8> kToo{
        "memory.forget", "memory.import", "memory.export", "memory.reembed",
        "chat.forget",   "chat.import",   "chat.export",   "db.dump"};
    for (const runtime::Operation& op : all.registry.all()) {
        SCOPED_TRACE(op.name);
        const bool operates = op.domain() == "db" || op.domain() == "ops" || op.domain() == "token";
        const bool changes = op.effect != runtime::Effect::read;
        const bool too = std::ranges::find(kToo, op.name) != kToo.end();
        EXPECT_TRUE(!operates || !changes || op.audit == runtime::Audit::change);
        EXPECT_TRUE(!too || op.audit != runtime::Audit::none);
        EXPECT_TRUE(op.audit == runtime::Audit::none || !op.audit_type.empty());
    }
    for (const std::string_view name : kToo) EXPECT_TRUE(all.registry.find(name)) << name;
}

TEST(Registry, TheCommandLineOfAnExampleMeansTheExample) {
    Everything all;
    for (const runtime::Operation& op : all.registry.all()) {
        if (!(op.doors & runtime::kCli)) continue;
        for (const runtime::Example& example : op.examples) {
            SCOPED_TRACE(op.name + ": " + example.title);
            std::vector<std::string> args;
            // command_line() quotes as a shell wants it; these words hold no quotes of their own.
            std::string word;
            bool quoted = false;
            for (const char c : runtime::command_line(op, example.input) + " ") {
                if (c == '\'')
                    quoted = !quoted;
                else if (c == ' ' && !quoted) {
                    if (!word.empty()) args.push_back(std::exchange(word, ""));
                } else
                    word += c;
            }
            args.erase(args.begin());
            const cli::Parsed parsed = cli::parse(all.registry, args);
            ASSERT_EQ(parsed.operation, &op);
            EXPECT_EQ(parsed.input, example.input)
                << serialize(parsed.input) << " is not " << serialize(example.input);
        }
    }
}

TEST(Registry, EveryExampleOfTheAgentsDomainsRuns) {
    Everything all;
    for (const runtime::Operation& op : all.registry.all()) {
        if (!is_agents(op.domain())) continue;
        for (const runtime::Example& example : op.examples) {
            SCOPED_TRACE(op.name + ": " + example.title);
            testing::TestDatabase database;
            auto db = database.open();
            runtime::Settings settings;
            runtime::Caller caller;
            caller.org = *Uuid::parse("00000000-0000-4000-8000-000000000001");
            caller.project = caller.org;
            caller.instance = "tester";
            caller.scope = "project:/repo";
            runtime::Context context{
                caller, settings, *db,  nullptr, deadline_in(std::chrono::seconds(20)),
                {},     "test",   true, {}};
            // A hook is not for who has no credential.
            if (op.hook) context.caller.kind = runtime::CallerKind::operator_token;
            // The memory that examples name.
            runtime::Dispatcher().call(all.registry.get("memory.store"), context,
                                       json::object{{"content", "named by examples"},
                                                    {"category", "fact"},
                                                    {"jobId", "nightly-7"},
                                                    {"id", kExampleId}});
            // Likewise the conversation and its message.
            runtime::Dispatcher().call(all.registry.get("chat.log"), context,
                                       json::object{{"content", "named by examples"},
                                                    {"threadId", "ses_deploy"},
                                                    {"pendingAction", "migrate"},
                                                    {"id", kExampleId}});
            runtime::Dispatcher().call(all.registry.get("skills.store"), context,
                                       json::object{{"name", "deploy-staging"},
                                                    {"description", "Deploy to staging"},
                                                    {"content", "Run the migrations first."},
                                                    {"tags", json::array{"deploy"}}});
            database.connect()->script(kExampleJobs, deadline_in(std::chrono::seconds(10)));
            database.connect()->script(kExampleMesh, deadline_in(std::chrono::seconds(10)));
            database.connect()->script(kExampleToken, deadline_in(std::chrono::seconds(10)));
            // There is no embedder here, and no such folder.
            if (op.name == "memory.reembed" || op.name == "skills.import") {
                EXPECT_THROW(runtime::Dispatcher().call(op, context, example.input), Error);
                continue;
            }
            const json::value output = runtime::Dispatcher().call(op, context, example.input);
            EXPECT_TRUE(output.is_object());
            EXPECT_TRUE(!op.render || !op.render(output).empty());
        }
    }
}

}  // namespace
}  // namespace stele::app
