#include "work/door.hpp"

#include <cstdlib>

#include "api/bells.hpp"
#include "api/config.hpp"
#include "base/redact_json.hpp"
#include "client/client.hpp"

namespace stele::work {

api::Context InProcess::context() const {
    api::Context out = context_;
    out.deadline = deadline_in(limits::kDeadline);
    out.cancelled = {};
    out.progress = {};
    out.local_files = false;
    return out;
}

json::object InProcess::call(std::string_view operation, const json::object& input,
                             std::chrono::milliseconds wait) {
    const api::Operation& op = registry_.get(operation);
    api::Context context = this->context();
    context.deadline += wait;
    return redacted(api::run_patiently(op, context, input)).as_object();
}

std::string url_of(const std::string& flag) {
    if (!flag.empty()) return flag;
    const char* url = std::getenv("STELE_URL");
    return url ? url : "";
}

std::unique_ptr<client::Transport> open_door(const api::Registry& registry,
                                             const api::Context& context, const std::string& url) {
    if (url.empty()) return std::make_unique<InProcess>(registry, context);
    return std::make_unique<client::Client>(url, api::server_token(context.settings.server));
}

}  // namespace stele::work
