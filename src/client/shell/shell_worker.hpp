// `stele job work`: a worker whose function is a command.
#pragma once

#include <stop_token>

#include "client/shell/types.hpp"
#include "client/transport.hpp"

namespace stele::shell {

// Throws Error(invalid_argument), also when the command cannot be started: the job that showed it
// is handed back.
WorkOutput work(client::Transport& transport, const WorkInput& input, const std::stop_token& stop);

std::string render_work(const json::value& output);

}  // namespace stele::shell
