// Randal's configuration block: docs/guides/from-randal.md.
#include <fmt/format.h>

#include "compat/settings/settings.hpp"
#include "compat/settings/translate.hpp"
#include "foundation/base/error.hpp"

namespace stele::compat {

namespace {

void check_store(json::object& settings) {
    const auto store = take(settings, "memory.store");
    if (!store || text_of(*store, "memory.store") == "postgres") return;
    throw Error(Code::configuration,
                fmt::format("memory.store: \"{}\": everything is kept in PostgreSQL",
                            text_of(*store, "memory.store")),
                "write postgres, and bring the old store's memories over with `stele import`");
}

void check_profile(json::object& settings, std::vector<std::string>& notes) {
    const auto given = take(settings, "database.profile");
    if (!given) return;
    const std::string profile = text_of(*given, "database.profile");
    if (profile == "supabase")
        notes.emplace_back(
            "database.profile: supabase: its overlays Auth/RLS, Realtime and Storage are off; "
            "Stele "
            "has row-level security of its own, an event stream and artifacts by URI");
    else if (profile != "local" && profile != "generic")
        throw Error(Code::configuration,
                    fmt::format("database.profile: \"{}\" is not known", profile),
                    "it is one of local, generic, supabase");
}

// sslmode belongs to the URL; what stands there already counts.
void add_sslmode(json::object& settings) {
    const auto ssl = take(settings, "database.ssl");
    if (!ssl) return;
    std::string mode = "require";
    if (ssl->is_bool())
        mode = ssl->get_bool() ? "require" : "disable";
    else
        mode = text_of(*ssl, "database.ssl");
    auto url = take(settings, "database.url");
    if (!url) return;
    std::string text = text_of(*url, "database.url");
    if (!text.empty() && text.find("sslmode=") == std::string::npos)
        text += (text.find('?') == std::string::npos ? "?sslmode=" : "&sslmode=") + mode;
    put(settings, "database.url", json::string(text), "database.ssl");
}

void translate_randal(json::object& settings, std::vector<std::string>& notes) {
    check_store(settings);
    check_profile(settings, notes);
    add_sslmode(settings);
    move(settings, "database.orgId", "agent.org");
    move(settings, "database.projectId", "agent.project");
    move(settings, "instanceId", "agent.instance");
    move(settings, "database.pool.max", "database.poolSize");
    move(settings, "database.pool.connectionTimeoutMillis", "database.connectTimeoutMs");
    move(settings, "database.pool.idleTimeoutMillis", "database.idleTimeoutMs");
    leave_out(settings, "database.pool.min", "connections are opened when they are needed", notes);
}

}  // namespace

runtime::ForeignNames randal() {
    return {translate_randal, "RANDAL_", {}};
}

}  // namespace stele::compat
