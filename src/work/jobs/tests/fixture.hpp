// A database of its own and a caller, for the tests of this folder.
#pragma once

#include <string>
#include <vector>

#include "knowledge/memory/tests/fixture.hpp"
#include "work/jobs/maintenance.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

using memory::code_of;

struct World : memory::World {
    // The first column of the first row of a query by the owner, as text.
    std::string ask(const std::string& query) {
        return std::string(
            database.connect()->script(query, deadline_in(std::chrono::seconds(10)))[0].raw(0));
    }
    void tell(const std::string& command) {
        database.connect()->script(command, deadline_in(std::chrono::seconds(10)));
    }
    // As if so many seconds had passed for what live jobs wait for.
    void pass(int seconds) {
        const std::string time = "interval '" + std::to_string(seconds) + " s'";
        tell("UPDATE job_queue SET wake_at = wake_at - " + time + ", lease_until = lease_until - " +
             time);
    }
};

inline SubmitInput job(std::string name = "build", std::string queue = kDefaultQueue) {
    SubmitInput in;
    in.name = std::move(name);
    in.queue = std::move(queue);
    return in;
}

inline SubmitBatchInput many(int count, const SubmitInput& one = job()) {
    return {std::vector<SubmitInput>(std::size_t(count), one)};
}

inline std::vector<Leased> take(runtime::Context& context, int most = 1,
                                std::string queue = kDefaultQueue, std::string worker = "w") {
    LeaseInput in;
    in.queue = std::move(queue);
    in.max = most;
    in.worker = std::move(worker);
    return lease(context, in).jobs;
}

inline std::vector<std::string> ids_of(const std::vector<Leased>& jobs) {
    std::vector<std::string> out;
    for (const Leased& one : jobs) out.push_back(one.id);
    return out;
}

inline std::vector<std::string> names_of(const std::vector<Leased>& jobs) {
    std::vector<std::string> out;
    for (const Leased& one : jobs) out.push_back(one.name);
    return out;
}

inline CompleteInput done(const std::vector<Leased>& jobs, const json::value& output = nullptr) {
    CompleteInput out;
    for (const Leased& one : jobs) out.jobs.push_back({one.id, one.generation, output, {}});
    return out;
}

inline FailInput failed(const Leased& one, std::string error = "broken") {
    Failed out;
    out.id = one.id;
    out.generation = one.generation;
    out.error = std::move(error);
    return {{out}};
}

inline Status status_of(runtime::Context& context, const std::string& id) {
    return get(context, {id}).status;
}

inline StepSaid finished(const Leased& one, std::string name, json::value output = nullptr) {
    StepSaid out;
    out.id = one.id;
    out.generation = one.generation;
    out.name = std::move(name);
    out.output = std::move(output);
    return out;
}

inline Wait waiting(const Leased& one) {
    Wait out;
    out.id = one.id;
    out.generation = one.generation;
    return out;
}

inline Wait for_signal(const Leased& one, std::string name) {
    Wait out = waiting(one);
    out.signal = std::move(name);
    return out;
}

inline Report about(const Leased& one) {
    Report out;
    out.id = one.id;
    out.generation = one.generation;
    return out;
}

inline CheckpointSaid point(std::string label, bool safe, json::value state) {
    CheckpointSaid out;
    out.label = std::move(label);
    out.safe = safe;
    out.state = std::move(state);
    return out;
}

inline Leased submit_and_take(runtime::Context& context, const SubmitInput& in = job()) {
    submit(context, in);
    return take(context).at(0);
}

}  // namespace stele::jobs
