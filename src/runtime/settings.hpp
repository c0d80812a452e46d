// The configuration schema: one described struct, read from stele.toml or stele.yaml, the
// environment and flags (runtime/config.hpp). Every key is also STELE_<SECTION>_<KEY>.
#pragma once

#include <array>
#include <string>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "runtime/database_settings.hpp"

namespace stele::runtime {

enum class Environment { development, production };

struct ServerSettings {
    std::string host = "127.0.0.1";
    int port = 7600;
    std::string token;       // bearer token; STELE_TOKEN
    std::string token_file;  // a file that holds it; STELE_TOKEN_FILE
    int workers = 8;
    int max_connections = 1024;
    int queue = 256;
    bool require_memory = false;  // STELE_REQUIRE_MEMORY
    std::string allowed_origins;
    std::string trusted_proxies;
    double calls_per_second = 0;
    int calls_at_once = 0;
    template <class S = ServerSettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("host", &S::host, "Address to listen on; anything but loopback needs a token"),
            field("port", &S::port, "TCP port; 0 takes any free one").range(0, 65535),
            field("token", &S::token, "Bearer token that callers must present").secret(),
            field("tokenFile", &S::token_file, "File that holds the bearer token"),
            field("workers", &S::workers, "Threads that run operations").range(1, 200),
            field("maxConnections", &S::max_connections, "Connections open at once")
                .range(1, 100000),
            field("queue", &S::queue, "Requests that may wait for a worker").range(1, 100000),
            field("requireMemory", &S::require_memory,
                  "Refuse to start, and answer 503 on /health, while the database is down"),
            field("allowedOrigins", &S::allowed_origins,
                  "Web origins whose pages may call this server besides loopback ones, with commas "
                  "between, or *. None: without a token no other, with one every page that has it"),
            field("trustedProxies", &S::trusted_proxies,
                  "Addresses or networks (10.0.0.0/8) of proxies whose X-Forwarded-Proto counts, "
                  "with commas between"),
            field("callsPerSecond", &S::calls_per_second,
                  "Calls that one credential may begin in a second on average, twice as many in a "
                  "burst; 0: 100, and the server's own token and loopback as many as they like")
                .range(0, 1e6),
            field("callsAtOnce", &S::calls_at_once,
                  "Calls of one credential that may run at once; 0: 32, and the server's own token "
                  "and loopback as many as they like")
                .range(0, 100000));
    }
};

enum class EmbedderKind { builtin, endpoint, none };

struct EmbeddingSettings {
    EmbedderKind kind = EmbedderKind::builtin;
    std::string model_dir;
    std::string url;
    std::string model = "openai/text-embedding-3-small";
    std::string api_key;
    int dimensions = 0;
    int batch_size = 32;
    int timeout_ms = 5000;
    int query_timeout_ms = 400;
    int query_cache = 4096;
    int max_tokens = 8192;
    bool send_dimensions = false;
    std::string query_prefix;
    std::string document_prefix;
    int breaker_failures = 5;
    int breaker_ms = 15000;
    template <class S = EmbeddingSettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("kind", &S::kind,
                  "builtin: MiniLM in this process; endpoint: an OpenAI-compatible one; none"),
            field("modelDir", &S::model_dir,
                  "Directory of the built-in model; empty: where "
                  "script/fetch-model put it"),
            field("url", &S::url, "Endpoint, for example http://127.0.0.1:11434/v1"),
            field("model", &S::model, "Model name sent to the endpoint"),
            field("apiKey", &S::api_key, "Key for the endpoint; or OPENROUTER_API_KEY").secret(),
            field("dimensions", &S::dimensions,
                  "Dimensions of the endpoint's vectors; 0: as "
                  "they come")
                .range(0, 4096),
            field("batchSize", &S::batch_size, "Texts per call to the endpoint").range(1, 256),
            field("timeoutMs", &S::timeout_ms, "Bound on one call, in milliseconds")
                .range(1, 600000),
            field("queryTimeoutMs", &S::query_timeout_ms,
                  "Bound on a search's call to the endpoint, in milliseconds; then words answer "
                  "alone")
                .range(1, 600000),
            field("queryCache", &S::query_cache, "Query vectors kept in memory").range(0, 1000000),
            field("maxTokens", &S::max_tokens,
                  "Texts for the endpoint are cut at three bytes a token")
                .range(1, 1000000),
            field("sendDimensions", &S::send_dimensions,
                  "Ask the endpoint for vectors of `dimensions`, where the model can shorten them"),
            field("queryPrefix", &S::query_prefix,
                  "Put before a query for the endpoint, such as \"search_query: \""),
            field("documentPrefix", &S::document_prefix,
                  "Put before a text for the endpoint, such as \"search_document: \""),
            field("breakerFailures", &S::breaker_failures,
                  "Failed calls in a row after which the endpoint is left alone")
                .range(1, 1000),
            field("breakerMs", &S::breaker_ms, "For how long it is, in milliseconds")
                .range(1, 3600000));
    }
};

struct SummarySettings {
    std::string url;
    std::string model = "openai/gpt-4o-mini";
    std::string api_key;
    int timeout_ms = 30'000;
    template <class S = SummarySettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("url", &S::url,
                  "OpenAI-compatible endpoint that writes summaries of conversations, for example "
                  "http://127.0.0.1:11434/v1; empty: sentences are chosen in this process"),
            field("model", &S::model, "Model name sent to the endpoint"),
            field("apiKey", &S::api_key, "Key for the endpoint").secret(),
            field("timeoutMs", &S::timeout_ms, "Bound on one call, in milliseconds")
                .range(1, 600000));
    }
};

struct AgentSettings {
    std::string org = "00000000-0000-4000-8000-000000000001";
    std::string project = "00000000-0000-4000-8000-000000000001";
    std::string instance;  // STELE_INSTANCE_NAME; empty: the host name
    std::string posse;     // STELE_POSSE_NAME
    std::string scope;     // empty: project:<git toplevel of the working directory>, else global
    template <class S = AgentSettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("org", &S::org, "Organisation: the first half of the tenant").format("uuid"),
            field("project", &S::project, "Project: the second half of the tenant").format("uuid"),
            field("instance", &S::instance, "Name of this agent instance; empty: the host name"),
            field("posse", &S::posse, "Name of the group of agents it belongs to"),
            field("scope", &S::scope,
                  "Memory scope worked in; empty: project:<git toplevel>, else global"));
    }
};

// What storing does with what looks like a secret: nothing, names it in the answer, or refuses it.
enum class SecretPolicy { keep, warn, refuse };

struct MemorySettings {
    SecretPolicy secrets = SecretPolicy::warn;
    template <class S = MemorySettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(field(
            "secrets", &S::secrets,
            "What storing does with what looks like a secret: keep it, warn in the answer, or "
            "refuse"));
    }
};

struct RetentionSettings {
    int expired_grace_days = 7;
    int ephemeral_days = 30;
    int standard_days = 0;
    int audit_days = 0;
    int event_days = 0;
    int stream_days = 7;
    template <class S = RetentionSettings>
    static auto describe() {
        using reflect::field;
        constexpr int kMost = 36500;
        return reflect::fields(
            field("expiredGraceDays", &S::expired_grace_days,
                  "Days after its expiry that an ephemeral or standard memory may be deleted")
                .range(0, kMost),
            field(
                "ephemeralDays", &S::ephemeral_days,
                "Days without a change, or since its end, after which ephemeral memories and jobs "
                "go; 0: never")
                .range(0, kMost),
            field("standardDays", &S::standard_days, "The same for standard ones; 0: never")
                .range(0, kMost),
            field("auditDays", &S::audit_days, "The same for audit ones; 0: never").range(0, kMost),
            field("eventDays", &S::event_days,
                  "Days after its end that a month of jobs' events goes, at least 7; 0: never")
                .range(0, kMost),
            // stele_drop_partitions refuses less than a week, too.
            field("streamDays", &S::stream_days,
                  "Days after its end that a month of the event stream goes, 7 or more; 0: never")
                .range(0, kMost));
    }
};

// Of the four factors of routing; they count in proportion to their sum.
struct RoutingWeights {
    double expertise = 0.4;
    double reliability = 0.3;
    double load = 0.2;
    double model = 0.1;
    template <class S = RoutingWeights>
    static auto describe() {
        using reflect::field;
        constexpr double kMost = 1e6;
        return reflect::fields(
            field("expertise", &S::expertise, "That it knows what is asked for").range(0, kMost),
            field("reliability", &S::reliability, "That what it did went well").range(0, kMost),
            field("load", &S::load, "That it has time").range(0, kMost),
            field("model", &S::model, "That it has the model asked for").range(0, kMost));
    }
};

struct MeshSettings {
    bool enabled = false;
    std::string endpoint, role, expertise, capabilities, models, peers, peer_token, peer_hosts;
    int max_depth = 2;
    RoutingWeights routing_weights;
    template <class S = MeshSettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("enabled", &S::enabled,
                  "stele serve registers itself, beats, and gives jobs to whom they fit best"),
            field("endpoint", &S::endpoint,
                  "URL at which others reach this server; empty: http://<host>:<port>"),
            field("role", &S::role, "What this instance is, for example data-intelligence"),
            field("expertise", &S::expertise, "What it is good at, in words"),
            field("capabilities", &S::capabilities, "What it can do; commas between"),
            field("models", &S::models, "Models it works with; commas between"),
            field("peers", &S::peers,
                  "URLs of servers with another database, where it registers too; commas between"),
            field("peerToken", &S::peer_token,
                  "Bearer token for other servers; goes to the hosts of peerHosts alone")
                .secret(),
            field("peerHosts", &S::peer_hosts,
                  "Hosts that may be at private addresses and are given peerToken, commas between, "
                  "*.example.com for all below one; empty: public addresses alone, no token"),
            field("maxDepth", &S::max_depth, "How often a job may be handed on; 0: not at all")
                .range(0, limits::kMeshDepth),
            field("routingWeights", &S::routing_weights, "How much each factor of routing counts"));
    }
};

struct HookSettings {
    std::string token;       // STELE_HOOKS_TOKEN
    std::string token_file;  // a file that holds it
    template <class S = HookSettings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("token", &S::token,
                  "Token that opens /hooks/* and nothing else; empty: there are no hooks")
                .secret(),
            field("tokenFile", &S::token_file, "File that holds the hooks' token"));
    }
};

struct McpSettings {
    std::string tools = "default";
    static auto describe() {
        return reflect::fields(reflect::field("tools", &McpSettings::tools,
                                              "Tools of a client that chooses none, as --tools"));
    }
};

struct Settings {
    Environment environment = Environment::development;
    std::string log_level = "info";
    DatabaseSettings database;
    ServerSettings server;
    EmbeddingSettings embedding;
    SummarySettings summary;
    AgentSettings agent;
    MemorySettings memory;
    RetentionSettings retention;
    MeshSettings mesh;
    HookSettings hooks;
    McpSettings mcp;
    template <class S = Settings>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("environment", &S::environment, "production makes unsafe settings an error"),
            field("logLevel", &S::log_level, "debug, info, warn, error or off"),
            field("database", &S::database, "The PostgreSQL behind Stele"),
            field("server", &S::server, "stele serve"),
            field("embedding", &S::embedding, "Where vectors come from"),
            field("summary", &S::summary, "Who writes the summaries of conversations"),
            field("agent", &S::agent, "Who calls when a door does not say"),
            field("memory", &S::memory, "What memories may hold"),
            field("retention", &S::retention, "How long each class of memories is kept"),
            field("mesh", &S::mesh, "Other instances, and what they are given to do"),
            field("hooks", &S::hooks, "Calls from outside that hand agents something to do"),
            field("mcp", &S::mcp, "What MCP clients are offered"));
    }
};

}  // namespace stele::runtime

namespace stele::reflect {

template <>
struct EnumNames<runtime::Environment> {
    static constexpr std::array<std::pair<runtime::Environment, std::string_view>, 2> values{
        {{runtime::Environment::development, "development"},
         {runtime::Environment::production, "production"}}};
};

template <>
struct EnumNames<runtime::MigrationMode> {
    static constexpr std::array<std::pair<runtime::MigrationMode, std::string_view>, 2> values{
        {{runtime::MigrationMode::automatic, "auto"}, {runtime::MigrationMode::manual, "manual"}}};
};

template <>
struct EnumNames<runtime::SecretPolicy> {
    static constexpr std::array<std::pair<runtime::SecretPolicy, std::string_view>, 3> values{
        {{runtime::SecretPolicy::keep, "keep"},
         {runtime::SecretPolicy::warn, "warn"},
         {runtime::SecretPolicy::refuse, "refuse"}}};
};

template <>
struct EnumNames<runtime::EmbedderKind> {
    static constexpr std::array<std::pair<runtime::EmbedderKind, std::string_view>, 3> values{
        {{runtime::EmbedderKind::builtin, "builtin"},
         {runtime::EmbedderKind::endpoint, "endpoint"},
         {runtime::EmbedderKind::none, "none"}}};
};

}  // namespace stele::reflect
