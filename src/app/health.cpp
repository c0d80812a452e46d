#include "app/health.hpp"

#include "app/sql.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/redact_json.hpp"
#include "operate/migrations/migrations.hpp"

namespace stele::app {

namespace {

constexpr std::chrono::seconds kPatience{2};

http::Response response(int status, const json::object& body) {
    http::Response out;
    out.status = status;
    out.body = serialize_redacted(body);
    return out;
}

json::object pool_of(const pg::PoolStats& stats) {
    return {{"size", stats.size},       {"open", stats.open},         {"inUse", stats.in_use},
            {"waiting", stats.waiting}, {"timeouts", stats.timeouts}, {"failures", stats.failures}};
}

}  // namespace

json::object Health::database() {
    json::object out{{"status", "ok"}, {"readable", true}};
    try {
        const Deadline deadline = deadline_in(kPatience);
        const auto asked = std::chrono::steady_clock::now();
        const pg::Result rows = app_.db().untenanted(deadline, sql::health);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - asked;
        out["writable"] = rows[0].get<bool>(0);
        out["extensionsMissing"] = reflect::write(rows[0].get<std::vector<std::string>>(1));
        out["latencyMs"] = std::round(took.count() * 1000) / 1000;
        const ops::SchemaState schema = ops::schema_state(app_.db(), deadline);
        out["migrationVersion"] = ops::version_text(schema.version);
        if (schema.pending > 0) out["migrationsPending"] = schema.pending;
        if (!schema.drift.empty()) out["drift"] = schema.drift;
        // While a later release is rolled out, its migration has run and this process still serves.
        const bool drifted = !schema.drift.empty() && !schema.newer;
        if (schema.pending > 0 || drifted) out["status"] = "stale schema";
        if (!rows[0].get<bool>(0)) out["status"] = "read-only";
    } catch (const Error& error) {
        out = {{"status", "unavailable"}, {"readable", false}, {"message", error.what()}};
        if (!error.hint().empty()) out["hint"] = error.hint();
    }
    out["pool"] = pool_of(app_.db().stats());
    return out;
}

http::Response Health::ready() {
    const json::object database = this->database();
    const bool ok = database.at("status").as_string() == "ok";
    return response(ok ? 200 : 503,
                    {{"status", ok ? "ready" : "not ready"}, {"database", database}});
}

http::Response Health::health() {
    const json::object database = this->database();
    const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - started_;
    json::object body{{"status", "ok"},
                      {"uptime", std::floor(uptime.count())},
                      {"version", kVersion},
                      {"database", database},
                      {"memoryStore", "postgres"}};
    json::array degraded;
    if (database.at("status").as_string() != "ok") degraded.emplace_back("database");
    if (!app_.embedder()) degraded.emplace_back("vector");
    const bool down = database.at("status").as_string() == "unavailable";
    if (down && app_.settings().server.require_memory) {
        body["status"] = "unavailable";
        return response(503, body);
    }
    if (!degraded.empty()) body["degraded"] = std::move(degraded);
    return response(200, body);
}

}  // namespace stele::app
