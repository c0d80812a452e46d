#include "runtime/dispatcher.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/redact_json.hpp"
#include "runtime/metrics.hpp"

namespace stele::runtime {

namespace {

runtime::Recorder& log_recorder() {
    static runtime::LogRecorder recorder;
    return recorder;
}

std::vector<std::string> fields_of(const json::value& input) {
    std::vector<std::string> out;
    if (const json::object* object = input.if_object())
        for (const auto& member : *object) out.emplace_back(member.key());
    return out;
}

// Tells for whom the operation ended, once, however it did.
class Count {
  public:
    Count(Metrics* metrics, const Operation& op) : metrics_(metrics), op_(op) {}
    ~Count() {
        if (metrics_ && !outcome_.empty())
            metrics_->operation(op_.name, outcome_, std::chrono::steady_clock::now() - started_);
    }
    void ended(std::string_view outcome) { outcome_ = outcome; }

  private:
    Metrics* const metrics_;
    const Operation& op_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    // Whoever throws what is no exception of ours or the library's is counted as well.
    std::string_view outcome_ = name_of(Code::internal);
};

}  // namespace

Dispatcher::Dispatcher() : Dispatcher(Options()) {}

Dispatcher::Dispatcher(Options options)
    : metrics_(options.metrics),
      recorder_(options.recorder ? *options.recorder : log_recorder()),
      limiter_(std::make_unique<runtime::CallLimiter>(options.limits)) {}

void Dispatcher::limit(runtime::CallLimiter::Options limits) {
    limiter_ = std::make_unique<runtime::CallLimiter>(limits);
}

// `body` is given the count, and may say that it has not ended ("").
template <class Body>
auto Dispatcher::counted(const Operation& op, Body body) const {
    Count count(metrics_, op);
    try {
        return body(count);
    } catch (const Error& error) {
        count.ended(name_of(error.code()));
        throw;
    }
}

void Dispatcher::check(const Operation& op, const Caller& caller) {
    using runtime::CallerKind;
    if (caller.expires && *caller.expires <= std::chrono::system_clock::now())
        throw Error(Code::unauthenticated, "this credential is over");
    // A server that asks for no token has hooks all the same only for who has theirs.
    if (op.hook && caller.kind == CallerKind::local)
        throw Error(Code::unauthenticated, "a hook asks for the hooks' token");
    if (!op.hook && caller.kind == CallerKind::hook)
        throw Error(Code::forbidden, "the hooks' token opens hooks and nothing else");
    if (!op.any_caller && !caller.scopes.includes(op.needs)) {
        const auto missing = op.needs.without(caller.scopes);
        throw Error(Code::forbidden, fmt::format("{} needs the scope {}", op.name, op.needs.text()),
                    fmt::format("this credential lacks {}", missing.text()),
                    {{"scope", op.needs.text()}, {"missing", missing.text()}});
    }
    if (caller.any_tenant) return;
    if (op.across_tenants)
        throw Error(Code::forbidden, fmt::format("{} reaches beyond one tenant", op.name),
                    "it needs a credential of the operator");
    if (runtime::is_system_tenant(caller.org, caller.project))
        throw Error(Code::forbidden, "this tenant is the system's own");
}

void Dispatcher::admit(const Operation& op, const Caller& caller) const {
    counted(op, [&](Count& count) {
        check(op, caller);
        count.ended("");
    });
}

void Dispatcher::admit_rate(const Caller& caller) const {
    limiter_->check(caller);
}

json::value Dispatcher::run(const Operation& op, Context& context, const json::value& input) {
    json::value output = run_recorded(op, context, input);
    return op.diagnostic ? redacted(output) : output;
}

json::value Dispatcher::run_recorded(const Operation& op, Context& context,
                                     const json::value& input) {
    if (op.audit == runtime::Audit::none) return op.run_(context, input);
    runtime::AuditTrail trail(recorder_, {.type = op.audit_type,
                                          .action = op.name,
                                          .request_id = context.request_id,
                                          .changed = fields_of(input)});
    context.audit = &trail;
    try {
        json::value output = op.run_(context, input);
        context.audit = nullptr;
        trail.finish(context.caller, "ok");
        return output;
    } catch (const Error& error) {
        context.audit = nullptr;
        // Input that was not understood has touched nothing.
        if (error.code() != Code::invalid_argument) trail.finish(context.caller, "failed");
        throw;
    }
}

json::value Dispatcher::call(const Operation& op, Context& context, const json::value& input) {
    return counted(op, [&](Count& count) {
        check(op, context.caller);
        const auto running = limiter_->enter(context.caller);
        if (context.call_id.empty()) context.call_id = Uuid::v7().text();
        const LongPoll poll = op.poll_ ? op.poll_(context, input) : LongPoll{};
        const Deadline until = deadline_in(poll.time);
        Notifier none;
        Notifier& notifier = context.notifier ? *context.notifier : none;
        const auto usual = context.look_again;
        while (true) {
            const Notifier::Ticket ticket = notifier.ticket(poll.names);
            context.look_again = usual;
            json::value output = run(op, context, input);
            const auto left = time_left(until);
            if (left.count() == 0 || !op.is_empty_(output) || context.cancelled.stop_requested()) {
                count.ended("ok");
                return output;
            }
            notifier.wait(poll.names, ticket, std::min(left, context.look_again),
                          context.cancelled);
        }
    });
}

Dispatcher::PollResult Dispatcher::poll_once(const Operation& op, Context& context,
                                             const json::value& input, Deadline arrived,
                                             bool again) {
    return counted(op, [&](Count& count) {
        check(op, context.caller);
        const auto running = limiter_->enter(context.caller, !again);
        const bool waits = op.poll_ && context.notifier;
        const LongPoll poll = waits ? op.poll_(context, input) : LongPoll{};
        Notifier::Ticket ticket = 0;
        if (waits) ticket = context.notifier->ticket(poll.names);
        PollResult out{run(op, context, input), std::nullopt};
        const auto time = std::chrono::steady_clock::now();
        const Deadline end = arrived + poll.time;
        count.ended("ok");
        if (!waits || time >= end || !op.is_empty_(out.output)) return out;
        // The call has not ended; its last look is counted.
        count.ended("");
        const auto listen = [&notifier = *context.notifier, names = poll.names,
                             ticket](std::function<void()> wake) -> std::shared_ptr<void> {
            return notifier.wait(names, ticket, std::move(wake));
        };
        out.later = PollResult::Later{std::min(end, time + context.look_again), listen};
        return out;
    });
}

std::shared_ptr<http::EventChannel> Dispatcher::stream(const Operation& op, Context& context,
                                                       const json::value& input) {
    return counted(op, [&](Count& count) {
        check(op, context.caller);
        const auto running = limiter_->enter(context.caller);
        auto out = op.stream_(context, input);
        count.ended("ok");
        return out;
    });
}

}  // namespace stele::runtime
