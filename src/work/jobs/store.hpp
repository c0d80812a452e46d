// The SQL of the jobs domain: the only functions that know its tables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "runtime/call.hpp"
#include "work/jobs/history_requests.hpp"

namespace stele::jobs {

// A job's first two places: that it was queued, and that it started. What is reported about it
// comes after them (the tables' defaults for event_seq).
inline constexpr int kQueuedAt = 1;
inline constexpr int kStartedAt = 2;

// All or nothing, one round trip unless there are parents or keys that are taken. Safe to repeat
// after a lost connection. Throws Error(conflict) when a queue is draining or a parent has ended,
// Error(not_found) when there is no such parent.
SubmitBatchOutput submit_batch(api::Context& context, const SubmitBatchInput& input);
SubmitOutput submit(api::Context& context, const SubmitInput& input);

// Takes what there is; does not wait.
LeaseOutput lease(api::Context& context, const LeaseInput& input);

HeartbeatOutput heartbeat(api::Context& context, const HeartbeatInput& input);
CompleteOutput complete(api::Context& context, const CompleteInput& input);
FailOutput fail(api::Context& context, const FailInput& input);

// Any of these renews the leases of the jobs it names.
StepOutput save_steps(api::Context& context, const StepInput& input);
ReportOutput report(api::Context& context, const ReportInput& input);
// Throws Error(invalid_argument) for a job that is to wait for nothing, or for two things.
SuspendOutput suspend(api::Context& context, const SuspendInput& input);
// Throw Error(not_found), Error(conflict) when the job has ended without such a signal.
SignalOutput signal(api::Context& context, const SignalInput& input);
SignalOutput approve(api::Context& context, const ApproveInput& input);

// A new job that goes on where a finished one stood, or branches off any. Throws Error(not_found),
// Error(conflict) for a job that is live, or a checkpoint that is not safe.
CopyOutput resume(api::Context& context, const ResumeInput& input);
CopyOutput fork(api::Context& context, const ForkInput& input);

EventsOutput events(api::Context& context, const EventsInput& input);
StepsOutput steps(api::Context& context, const IdInput& input);
CheckpointsOutput checkpoints(api::Context& context, const IdInput& input);
ArtifactsOutput artifacts(api::Context& context, const ArtifactsInput& input);
ChildrenOutput children(api::Context& context, const IdInput& input);
// Compares an artifact with the file it names. Throws Error(not_found), Error(forbidden) for who
// is not at this machine, Error(unsupported) when it is no file.
Artifact verify(api::Context& context, const ArtifactInput& input);
Job wait(api::Context& context, const WaitInput& input);

// Throws Error(not_found).
CancelOutput cancel(api::Context& context, const CancelInput& input);
Job get(api::Context& context, const IdInput& input);
ListOutput list(api::Context& context, const ListInput& input);
// Throws Error(invalid_argument) unless ids or a queue is named.
RedriveOutput redrive(api::Context& context, const RedriveInput& input);

Queue set_queue(api::Context& context, const QueueInput& input);
QueuesOutput queues(api::Context& context, const QueuesInput& input);
Queue pause(api::Context& context, const QueueNameInput& input);
Queue resume_queue(api::Context& context, const QueueNameInput& input);
Queue drain(api::Context& context, const DrainInput& input);

[[noreturn]] void no_such_job(const std::string& id);
Uuid id_of(const std::string& text);

}  // namespace stele::jobs
