#include "client/shell/door.hpp"

#include <cstdlib>

#include "client/client.hpp"
#include "runtime/config.hpp"

namespace stele::shell {

runtime::Context InProcess::context() const {
    runtime::Context out = context_;
    out.deadline = deadline_in(limits::kDeadline);
    out.cancelled = {};
    out.progress = {};
    out.local_files = false;
    return out;
}

json::object InProcess::call(std::string_view operation, const json::object& input,
                             std::chrono::milliseconds wait) {
    const runtime::Operation& op = registry_.get(operation);
    runtime::Context context = this->context();
    context.deadline += wait;
    return dispatcher_.call(op, context, input).as_object();
}

std::string url_of(const std::string& flag) {
    if (!flag.empty()) return flag;
    const char* url = std::getenv("STELE_URL");
    return url ? url : "";
}

namespace {

// What the user set is said to the server; what he did not is for the server's settings.
client::Caller caller_of(const runtime::AgentSettings& agent) {
    const runtime::AgentSettings unset;
    client::Caller out;
    if (agent.org != unset.org) out.org = agent.org;
    if (agent.project != unset.project) out.project = agent.project;
    out.instance = agent.instance;
    return out;
}

}  // namespace

std::unique_ptr<client::Transport> open_door(const runtime::Registry& registry,
                                             runtime::Dispatcher& dispatcher,
                                             const runtime::Context& context,
                                             const std::string& url) {
    if (url.empty()) return std::make_unique<InProcess>(registry, dispatcher, context);
    return std::make_unique<client::Client>(url, runtime::server_token(context.settings.server),
                                            caller_of(context.settings.agent));
}

}  // namespace stele::shell
