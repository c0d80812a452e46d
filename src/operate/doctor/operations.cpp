#include "operate/doctor/operations.hpp"

#include "operate/doctor/doctor.hpp"

namespace stele::doctor {

void register_operations(runtime::Registry& registry) {
    runtime::Operation op = runtime::diagnostic(runtime::operation("ops.doctor", examine));
    op.command = "doctor";
    op.summary = "What is wrong with this installation, why, and the command that mends it";
    op.description =
        "Runs every check on the database, the server, the settings and the embedder. Use it first "
        "when something does not work. It changes nothing: of a write it tries, nothing is left. "
        "Exit code 1 when a check fails.";
    op.idempotent = true;
    op.offline = true;  // it says itself what the guard would refuse
    op.scopes = {"ops:read"};
    op.across_tenants = true;
    op.examples = {{"Everything", {}},
                   {"The checks there are", {{"list", true}}},
                   {"Two of them", {{"only", json::array{"connect,migrations"}}}}};
    op.render = render;
    registry.add(op);
}

}  // namespace stele::doctor
