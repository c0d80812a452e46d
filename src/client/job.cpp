#include "client/job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "client/held.hpp"
#include "client/retry.hpp"
#include "foundation/base/clock.hpp"
#include "foundation/base/json_text.hpp"

namespace stele::client {

namespace {

int number_of(const json::object& object, const char* name) {
    return object.at(name).to_number<int>();
}

const json::value kNull;

}  // namespace

Held::Held(json::object job, Transport& to, std::stop_token giving_up)
    : leased(std::move(job)),
      id(text_of(leased, "id")),
      name(text_of(leased, "name")),
      queue(text_of(leased, "queue")),
      generation(number_of(leased, "generation")),
      transport(to),
      give_up(std::move(giving_up)) {
    if (const json::value* finished = leased.if_contains("steps"))
        for (const json::value& step : finished->as_array())
            steps[std::string(step.at("name").as_string())] = step.at("output");
    if (const json::value* point = leased.if_contains("checkpoint"))
        checkpoint = point->at("state");
}

bool Held::stale_in(const json::object& answer) {
    const json::value* stale = answer.if_contains("stale");
    if (!stale) return false;
    for (const json::value& item : stale->as_array()) {
        if (item.at("id").as_string() != std::string_view(id)) continue;
        lose();
        return true;
    }
    return false;
}

void Held::add(const char* list, json::value item) {
    const std::size_t size = serialize(item).size();
    bool full = false;
    {
        const std::lock_guard lock(mutex_);
        if (!report_.contains(list)) report_[list] = json::array{};
        report_[list].as_array().push_back(std::move(item));
        bytes_ += size;
        full = ++items_ >= kReportItems || bytes_ >= kReportBytes;
    }
    if (full) flush();
}

void Held::flush() {
    const std::lock_guard sending(sending_);
    json::object report;
    {
        const std::lock_guard lock(mutex_);
        report.swap(report_);
        items_ = bytes_ = 0;
    }
    if (report.empty() || lost) return;
    report["id"] = id;
    report["generation"] = generation;
    stale_in(insist(transport, "job.report", {{"jobs", json::array{std::move(report)}}}, give_up));
}

Job::Job(std::shared_ptr<Held> held) : held_(std::move(held)) {}

const std::string& Job::id() const {
    return held_->id;
}
const std::string& Job::name() const {
    return held_->name;
}
const std::string& Job::queue() const {
    return held_->queue;
}
int Job::attempt() const {
    return number_of(held_->leased, "attempt");
}
int Job::generation() const {
    return held_->generation;
}
int Job::version() const {
    return number_of(held_->leased, "version");
}
const json::value& Job::input() const {
    const json::value* input = held_->leased.if_contains("input");
    return input ? *input : kNull;
}
const json::object& Job::leased() const {
    return held_->leased;
}
std::stop_token Job::stopped() const {
    return held_->stop.get_token();
}
bool Job::lost() const {
    return held_->lost;
}
const json::value& Job::last_checkpoint() const {
    return held_->checkpoint;
}

// What was said before is sent before, so that the order of the record is the order of events.
json::object Job::say(const char* operation, json::object item) {
    held_->flush();
    if (held_->lost) throw Left{};
    item["id"] = held_->id;
    item["generation"] = held_->generation;
    json::object answer = insist(held_->transport, operation,
                                 {{"jobs", json::array{std::move(item)}}}, held_->give_up);
    if (held_->stale_in(answer)) throw Left{};
    return answer;
}

const json::value* Job::finished(const std::string& name) const {
    const auto found = held_->steps.find(name);
    return found == held_->steps.end() ? nullptr : &found->second;
}

void Job::keep_step(const std::string& name, const json::value& output,
                    const std::string& started_at) {
    say("job.step", {{"name", name}, {"output", output}, {"startedAt", started_at}});
    held_->steps[name] = output;
}

json::value Job::step(const std::string& name, const std::function<json::value()>& run) {
    if (const json::value* output = finished(name)) return *output;
    if (held_->stop.stop_requested()) throw Left{};
    const std::string started_at = to_rfc3339(now());
    json::value output = run();
    keep_step(name, output, started_at);
    return output;
}

void Job::suspend(json::object wait) {
    say("job.suspend", std::move(wait));
    held_->suspended = true;
    held_->lose();  // it may be leased by anybody from now on
    throw Left{};
}

// A step keeps until when it is to sleep: an attempt that is lost on the way sleeps what is left.
void Job::sleep(const std::string& name, std::chrono::seconds time) {
    const std::string key = "sleep:" + name;
    const json::value until = step(key, [&] {
        return json::value(to_rfc3339({now().micros + std::int64_t(time.count()) * 1'000'000}));
    });
    const auto at = parse_timestamp(std::string_view(until.as_string()));
    if (!at) throw Failure(key + " is no time: is there a step of that name?", false);
    const std::int64_t left = (at->micros - now().micros + 999'999) / 1'000'000;
    if (left > 0) suspend({{"seconds", left}});
}

std::optional<json::value> Job::wait_signal(const std::string& name,
                                            std::optional<std::chrono::seconds> at_most) {
    const std::string key = "timeout:" + name;
    if (finished(key)) return std::nullopt;
    if (const json::value* signals = held_->leased.if_contains("signals"))
        for (const json::value& signal : signals->as_array())
            if (signal.at("name").as_string() == std::string_view(name))
                return signal.at("payload");
    if (text_of(held_->leased, "waitedFor") == "signal:" + name &&
        text_of(held_->leased, "wokenBy") == "time") {
        keep_step(key, nullptr, to_rfc3339(now()));
        return std::nullopt;
    }
    json::object wait{{"signal", name}};
    if (at_most) wait["seconds"] = at_most->count();
    suspend(std::move(wait));
}

void Job::wait_children(const std::string& name) {
    const std::string key = "children:" + name;
    if (finished(key)) return;
    // The lease says how the last wait ended: that is one wait's answer, not the next one's too.
    if (held_->wait_answered || text_of(held_->leased, "waitedFor") != "children")
        suspend({{"children", true}});
    held_->wait_answered = true;
    keep_step(key, nullptr, to_rfc3339(now()));
}

void Job::event(const std::string& type, const json::value& payload) {
    held_->add("events", json::object{{"type", type}, {"payload", payload}});
}

void Job::tool_call(const std::string& tool, const json::value& args, const json::value& result,
                    bool ok, std::chrono::milliseconds took) {
    held_->add("toolCalls",
               json::object{{"tool", tool},
                            {"args", args},
                            {"result", result},
                            {"status", ok ? "ok" : "error"},
                            {"durationMs", took.count()},
                            {"startedAt", to_rfc3339({now().micros - took.count() * 1000})}});
}

int Job::checkpoint(const std::string& label, const json::value& state, bool safe) {
    const json::object answer =
        say("job.report",
            {{"checkpoints",
              json::array{json::object{{"label", label}, {"state", state}, {"safe", safe}}}}});
    if (safe) held_->checkpoint = state;
    return answer.at("jobs").as_array().at(0).at("checkpoints").as_array().at(0).to_number<int>();
}

}  // namespace stele::client
