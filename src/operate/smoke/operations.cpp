#include "operate/smoke/operations.hpp"

#include <fmt/format.h>

#include "operate/smoke/smoke.hpp"
#include "runtime/config.hpp"

namespace stele::smoke {

namespace {

// Where `stele serve` with the same settings answers from this machine.
std::string own_url(const runtime::ServerSettings& server) {
    const std::string& host = server.host;
    if (host == "0.0.0.0" || host == "localhost")
        return fmt::format("http://127.0.0.1:{}", server.port);
    if (host == "::") return fmt::format("http://[::1]:{}", server.port);
    if (host.find(':') != std::string::npos)
        return fmt::format("http://[{}]:{}", host, server.port);
    return fmt::format("http://{}:{}", host, server.port);
}

SmokeOutput run_smoke(runtime::Context& context, const SmokeInput& input) {
    SmokeInput wanted = input;
    if (wanted.url.empty()) wanted.url = own_url(context.settings.server);
    return smoke(wanted, runtime::server_token(context.settings.server));
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    registry.add(
        runtime::diagnostic(runtime::operation("ops.smoke", run_smoke))
            .says("Try a deployed server from outside: health, readiness, a memory's whole life",
                  "The last step of a deployment. It stores a memory, finds it, reads it and "
                  "forgets it; a receipt of the forgetting stays. The token comes from STELE_TOKEN "
                  "or STELE_TOKEN_FILE. Exit code 1 when a step fails, 3 when nobody answers.")
            .with_command("smoke")
            .with_effect(runtime::Effect::write)
            .with_audit(runtime::Audit::change)
            .with_offline()
            .with_scopes({"ops:admin"})
            // It calls the address that it is given, from this machine: no caller from outside may
            // ask
            // that.
            .with_doors(runtime::kCli)
            .with_time_limit(std::chrono::hours(1))
            .with_examples(
                {{"The server of these settings", {}}, {"In a hurry", {{"timeoutMs", 3000}}}})
            .with_render(render_smoke));
}

}  // namespace stele::smoke
