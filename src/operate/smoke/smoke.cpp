#include "operate/smoke/smoke.hpp"

#include <chrono>
#include <cmath>
#include <thread>

#include "foundation/base/clock.hpp"
#include "foundation/base/redact.hpp"

namespace stele::smoke {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{200};

double since(Clock::time_point start) {
    const std::chrono::duration<double, std::milli> took = Clock::now() - start;
    return std::round(took.count() * 10) / 10;
}

void fail(SmokeOutput& out, StepResult& result, const std::string& what, const std::string& hint) {
    result.outcome = Outcome::failed;
    result.detail = redact(what);
    if (out.exit_code == 0) out.hint = redact(hint);
    if (out.exit_code == 0) out.exit_code = 1;
}

// A server that was started a moment ago may not listen yet. That it never gets ready is for the
// steps to say.
void wait_until_ready(Session& session, std::chrono::seconds patience) {
    for (const Deadline end = deadline_in(patience); time_left(end).count() > 0;
         std::this_thread::sleep_for(kPause)) {
        try {
            if (session.call("GET", "/readyz").status == 200) return;
        } catch (const http::TransportError&) {
            continue;
        }
    }
}

StepResult try_step(const Step& step, Session& session, SmokeOutput& out) {
    StepResult result{step.name, Outcome::ok, 0, {}};
    const auto start = Clock::now();
    try {
        result.detail = step.run(session);
    } catch (const StepFailed& error) {
        fail(out, result, error.what(), error.hint());
    } catch (const http::TransportError& error) {
        fail(out, result, error.what(), "is `stele serve` running there, and is the port right?");
        out.reachable = false;
        out.exit_code = 3;
    }
    result.ms = since(start);
    return result;
}

}  // namespace

SmokeOutput smoke(const SmokeInput& input, const std::string& token) {
    SmokeOutput out;
    out.url = http::checked_url(input.url);
    Session session(out.url, token, std::chrono::milliseconds(input.timeout_ms));
    wait_until_ready(session, std::chrono::seconds(input.wait_seconds));
    for (const Step& step : steps()) {
        const bool needed = step.cleans_up && !(session.*step.cleans_up).empty();
        if (out.exit_code == 0 || needed)
            out.steps.push_back(try_step(step, session, out));
        else
            out.steps.push_back({step.name, Outcome::skipped, 0, {}});
    }
    return out;
}

}  // namespace stele::smoke
