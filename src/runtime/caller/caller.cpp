#include "runtime/caller/caller.hpp"

namespace stele::runtime {

std::string_view name_of(CallerKind kind) {
    switch (kind) {
        case CallerKind::local:
            return "local";
        case CallerKind::operator_token:
            return "operator";
        case CallerKind::admin:
            return "admin";
        case CallerKind::service:
            return "service";
        case CallerKind::user:
            return "user";
        case CallerKind::application:
            return "application";
        case CallerKind::agent:
            return "agent";
        case CallerKind::hook:
            break;
    }
    return "hook";
}

std::string_view name_of(Viewer::Kind kind) {
    switch (kind) {
        case Viewer::Kind::all:
            return "all";
        case Viewer::Kind::user:
            return "user";
        case Viewer::Kind::everybody:
            break;
    }
    return "public";
}

bool is_system_tenant(const Uuid& org, const Uuid& project) {
    static const Uuid system = *Uuid::parse("00000000-0000-4000-8000-000000000000");
    return org == system || project == system;
}

}  // namespace stele::runtime
