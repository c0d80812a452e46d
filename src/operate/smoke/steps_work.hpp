// The steps that concern what is said and what runs: chat, jobs, their events, the graph.
#pragma once

#include "operate/smoke/smoke.hpp"

namespace stele::smoke {

// What a step stores stands in a scope of its own: no agent's search meets it meanwhile.
inline constexpr const char* kScope = "project:/stele-smoke";

std::string chat_log(Session& session);
std::string chat_search(Session& session);
std::string chat_forget(Session& session);
std::string job_submit(Session& session);
std::string job_status(Session& session);
std::string job_stop(Session& session);
std::string events(Session& session);
std::string graph_trace(Session& session);
std::string mesh_status(Session& session);

}  // namespace stele::smoke
