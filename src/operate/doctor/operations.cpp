#include "operate/doctor/operations.hpp"

#include "operate/doctor/doctor.hpp"

namespace stele::doctor {

void register_operations(runtime::Registry& registry) {
    registry.add(
        runtime::diagnostic(runtime::operation("ops.doctor", examine))
            .says("What is wrong with this installation, why, and the command that mends it",
                  "Runs every check on the database, the server, the settings and the embedder. "
                  "Use it first when something does not work. It changes nothing: of a write it "
                  "tries, nothing is left. Exit code 1 when a check fails.")
            .with_command("doctor")
            .with_idempotent()
            .with_offline()  // it says itself what the guard would refuse
            .with_scopes({"ops:read"})
            .with_across_tenants()
            .with_examples({{"Everything", {}},
                            {"The checks there are", {{"list", true}}},
                            {"Two of them", {{"only", json::array{"connect,migrations"}}}}})
            .with_render(render));
}

}  // namespace stele::doctor
