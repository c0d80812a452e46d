#include "runtime/caller/recorder.hpp"

#include <fmt/format.h>

#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"

namespace stele::runtime {

std::string_view name_of(Audit audit) {
    switch (audit) {
        case Audit::none:
            return "none";
        case Audit::change:
            return "change";
        case Audit::reveal:
            return "reveal";
        case Audit::read:
            break;
    }
    return "read";
}

void LogRecorder::record(pg::Transaction*, const Caller& caller, const AuditEvent& event) {
    // A call without a request is the shell's: its user has the answer before it, and standard
    // error is no log.
    const log::Level level = event.request_id.empty() ? log::Level::debug : log::Level::info;
    if (!log::enabled(level)) return;
    log::write(level, fmt::format("audit: {} {} {} by {} of {}/{} (request {}){}{}", event.type,
                                  event.action, event.decision, caller.principal, caller.org.text(),
                                  caller.project.text(), event.request_id,
                                  event.resource.empty() ? "" : ", " + excerpt(event.resource, 200),
                                  event.changed.empty()
                                      ? ""
                                      : fmt::format(", fields {}", fmt::join(event.changed, " "))));
}

void AuditTrail::record(pg::Transaction& tx, const Caller& caller, std::string resource,
                        std::vector<std::string> changed) {
    AuditEvent event = event_;
    event.decision = "ok";
    event.resource = std::move(resource);
    event.changed = std::move(changed);
    recorder_.record(&tx, caller, event);
    recorded_ = true;
}

void AuditTrail::finish(const Caller& caller, std::string decision) {
    if (recorded_) return;
    event_.decision = std::move(decision);
    recorder_.record(nullptr, caller, event_);
    recorded_ = true;
}

}  // namespace stele::runtime
