// pg_dump and pg_restore: found, version-checked, run with progress and an end to Ctrl-C.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "foundation/pg/connection.hpp"
#include "operate/cluster/postgres_programs.hpp"
#include "runtime/context.hpp"

namespace stele::archive {

// The programs that can work with a server of this version (170012): the local cluster's, those of
// STELE_PG_BIN, what is installed, PATH. Throws Error(unavailable) that names the package.
class ClientTools {
  public:
    static ClientTools for_server(int server_version);

    std::string program(const char* name) const;
    int major() const { return major_; }

  private:
    ClientTools(std::string bin, int major) : bin_(std::move(bin)), major_(major) {}
    std::string bin_;  // "": found on PATH
    int major_;
};

// Runs to the end; throws Error(failed) with what the program said, Error(cancelled) after Ctrl-C.
// `tick` is called every 200 ms.
void run_tool(runtime::Context& context, const ops::Command& command,
              const std::function<void()>& tick = {});

// A session for the operator: sees every tenant's rows where the role may (migration 0002), no
// statement timeout.
std::unique_ptr<pg::Connection> open_operator(const pg::ConnInfo& info, Deadline deadline);
// The same for the programs: libpq's options.
pg::ConnInfo with_operator_options(pg::ConnInfo info);

// A named stage of long work, shown to whoever watches.
void stage(runtime::Context& context, std::string_view what);
void check_cancelled(const runtime::Context& context);

}  // namespace stele::archive
