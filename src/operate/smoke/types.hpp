// What `stele smoke` is asked and what it answers.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/reflect.hpp"

namespace stele::smoke {

using reflect::field;
using reflect::fields;

struct SmokeInput {
    std::string url;
    int timeout_ms = 10'000;
    int wait_seconds = 0;
    template <class S = SmokeInput>
    static auto describe() {
        return fields(field("url", &S::url,
                            "Where Stele is served, such as https://stele.example; absent: "
                            "server.host and server.port of the settings"),
                      field("timeoutMs", &S::timeout_ms, "Bound on one request, in milliseconds")
                          .range(1, 600'000),
                      field("waitSeconds", &S::wait_seconds,
                            "How long to wait for /readyz before the first step, in seconds")
                          .range(0, 3600));
    }
};

enum class Outcome { ok, failed, skipped };

struct StepResult {
    std::string step;
    Outcome outcome = Outcome::ok;
    double ms = 0;
    std::string detail;
    template <class S = StepResult>
    static auto describe() {
        return fields(field("step", &S::step, "What was tried"),
                      field("outcome", &S::outcome, "ok, failed or skipped"),
                      field("ms", &S::ms, "How long it took, in milliseconds"),
                      field("detail", &S::detail, "What was seen, or what went wrong"));
    }
};

struct SmokeOutput {
    int exit_code = 0;
    std::string url;
    bool reachable = true;
    std::vector<StepResult> steps;
    std::string hint;
    template <class S = SmokeOutput>
    static auto describe() {
        return fields(
            field("exitCode", &S::exit_code, "0; 1 a step failed; 3 nobody answers there"),
            field("url", &S::url, "Where it was tried"),
            field("reachable", &S::reachable, "Every request was answered"),
            field("steps", &S::steps, "In the order in which they ran"),
            field("hint", &S::hint, "What to do about the first failure"));
    }
};

}  // namespace stele::smoke

namespace stele::reflect {

template <>
struct EnumNames<smoke::Outcome> {
    static constexpr std::array<std::pair<smoke::Outcome, std::string_view>, 3> values{
        {{smoke::Outcome::ok, "ok"},
         {smoke::Outcome::failed, "failed"},
         {smoke::Outcome::skipped, "skipped"}}};
};

}  // namespace stele::reflect
