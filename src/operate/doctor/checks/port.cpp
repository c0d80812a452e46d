#include <fmt/format.h>

#include "operate/cluster/cluster_state.hpp"
#include "operate/cluster/ports.hpp"
#include "operate/doctor/checks.hpp"

namespace stele::doctor {

namespace {

Finding examine_port(DatabaseUnderTest& database) {
    if (!database.local_cluster()) return pass("the database is not Stele's own local cluster");
    const auto state = ops::read_state(ops::stele_home());
    if (!state) return pass("there is no local cluster");
    if (!database.problem()) return pass(fmt::format("the local cluster has port {}", state->port));
    if (ops::port_is_free(state->port))
        return pass(fmt::format("port {} is free for the local cluster", state->port));
    return fail(
        fmt::format("port {} of 127.0.0.1 is in use, and not by the local cluster", state->port),
        "another program took the port while the local cluster was stopped",
        state->port_fixed
            ? fmt::format("ss -ltnp 'sport = :{}'  # shows who; end that, then: stele db start",
                          state->port)
            : "stele db start  # takes another port and remembers it");
}

}  // namespace

const Check kPort{"port", "The local cluster has its port", Needs::nothing, examine_port};

}  // namespace stele::doctor
