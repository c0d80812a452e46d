// What the files that register this domain's operations share.
#pragma once

#include "runtime/operation.hpp"
#include "work/jobs/definitions/agent.hpp"

namespace stele::jobs {

// What examples name. The test that runs them makes a job that runs, one that failed and an
// artifact.
inline constexpr const char* kExampleId = "01890a5d-ac96-774b-bcce-b302099a8057";
inline constexpr const char* kExampleEndedId = "01890a5d-ac96-774b-bcce-b302099a8058";
inline constexpr const char* kExampleArtifactId = "01890a5d-ac96-874b-bcce-b302099a8059";

inline runtime::Operation read_op(runtime::Operation op) {
    op.effect = runtime::Effect::read;
    op.idempotent = true;
    op.scopes = {"job:read"};
    return op;
}

inline runtime::Operation write_op(runtime::Operation op, bool idempotent) {
    op.effect = runtime::Effect::write;
    op.idempotent = idempotent;
    op.scopes = {"job:write"};
    return op;
}

// What workers say about up to 500 jobs.
inline runtime::Operation worker_op(runtime::Operation op, bool idempotent) {
    op = write_op(std::move(op), idempotent);
    op.scopes = {"job:work"};
    op.body_bytes = limits::kBatchBodyBytes;
    return op;
}

void register_workflows(runtime::Registry& registry);
void register_schedules(runtime::Registry& registry);
void register_definitions(runtime::Registry& registry, const RemoteRouter& remote);

}  // namespace stele::jobs
