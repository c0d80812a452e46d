// The SQL of the jobs domain: the only functions that know its tables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "runtime/call.hpp"
#include "work/jobs/history/history_requests.hpp"
#include "work/jobs/queue/requests.hpp"
#include "work/jobs/steps/step_requests.hpp"
#include "work/jobs/worker/worker_requests.hpp"

namespace stele::jobs {

// A job's first two places: that it was queued, and that it started. What is reported about it
// comes after them (the tables' defaults for event_seq).
inline constexpr int kQueuedAt = 1;
inline constexpr int kStartedAt = 2;

// All or nothing, one round trip unless there are parents or keys that are taken. Safe to repeat
// after a lost connection. Throws Error(conflict) when a queue is draining or a parent has ended,
// Error(not_found) when there is no such parent.
SubmitBatchOutput submit_batch(runtime::Context& context, const SubmitBatchInput& input);
SubmitOutput submit(runtime::Context& context, const SubmitInput& input);

// Takes what there is; does not wait.
LeaseOutput lease(runtime::Context& context, const LeaseInput& input);

HeartbeatOutput heartbeat(runtime::Context& context, const HeartbeatInput& input);
CompleteOutput complete(runtime::Context& context, const CompleteInput& input);
FailOutput fail(runtime::Context& context, const FailInput& input);

// Any of these renews the leases of the jobs it names.
StepOutput save_steps(runtime::Context& context, const StepInput& input);
ReportOutput report(runtime::Context& context, const ReportInput& input);
// Throws Error(invalid_argument) for a job that is to wait for nothing, or for two things.
SuspendOutput suspend(runtime::Context& context, const SuspendInput& input);
// Throw Error(not_found), Error(conflict) when the job has ended without such a signal.
SignalOutput signal(runtime::Context& context, const SignalInput& input);
SignalOutput approve(runtime::Context& context, const ApproveInput& input);

// A new job that goes on where a finished one stood, or branches off any. Throws Error(not_found),
// Error(conflict) for a job that is live, or a checkpoint that is not safe.
CopyOutput resume(runtime::Context& context, const ResumeInput& input);
CopyOutput fork(runtime::Context& context, const ForkInput& input);

EventsOutput events(runtime::Context& context, const EventsInput& input);
StepsOutput steps(runtime::Context& context, const IdInput& input);
CheckpointsOutput checkpoints(runtime::Context& context, const IdInput& input);
ArtifactsOutput artifacts(runtime::Context& context, const ArtifactsInput& input);
ChildrenOutput children(runtime::Context& context, const IdInput& input);
// Compares an artifact with the file it names. Throws Error(not_found), Error(forbidden) for who
// is not at this machine, Error(unsupported) when it is no file.
Artifact verify(runtime::Context& context, const ArtifactInput& input);
Job wait(runtime::Context& context, const WaitInput& input);

// Throws Error(not_found).
CancelOutput cancel(runtime::Context& context, const CancelInput& input);
Job get(runtime::Context& context, const IdInput& input);
ListOutput list(runtime::Context& context, const ListInput& input);
// Throws Error(invalid_argument) unless ids or a queue is named.
RedriveOutput redrive(runtime::Context& context, const RedriveInput& input);

Queue set_queue(runtime::Context& context, const QueueInput& input);
QueuesOutput queues(runtime::Context& context, const QueuesInput& input);
Queue pause(runtime::Context& context, const QueueNameInput& input);
Queue resume_queue(runtime::Context& context, const QueueNameInput& input);
Queue drain(runtime::Context& context, const DrainInput& input);

[[noreturn]] void no_such_job(const std::string& id);
Uuid id_of(const std::string& text);

}  // namespace stele::jobs
