#include "work/channels/surroundings.hpp"

#include <cstdlib>

#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"

namespace stele::channels {

namespace {

std::optional<std::string> variable(const char* name) {
    const char* value = std::getenv(name);
    if (!value || !*value) return std::nullopt;
    std::string out(value);
    if (out.size() > limits::kScopeBytes || invalid_utf8_at(out)) return std::nullopt;
    return out;
}

bool is_on(const std::optional<std::string>& value) {
    return value == "1" || value == "true" || value == "yes";
}

}  // namespace

Surroundings surroundings(const runtime::Context& context) {
    Surroundings out;
    if (!context.own_process) return out;
    out.job_id = variable("STELE_JOB_ID");
    out.channel = variable("STELE_JOB_CHANNEL");
    out.from = variable("STELE_JOB_FROM");
    out.reply_to = variable("STELE_JOB_REPLY_TO");
    const auto trigger = variable("STELE_JOB_TRIGGER");
    if (trigger == "heartbeat" || trigger == "cron" || trigger == "hook") out.trigger = *trigger;
    out.brain_session =
        is_on(variable("STELE_JOB_BRAIN_SESSION")) || is_on(variable("STELE_BRAIN_SESSION"));
    return out;
}

}  // namespace stele::channels
