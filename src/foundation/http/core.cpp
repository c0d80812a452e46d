#include "foundation/http/core.hpp"

#include "foundation/base/log.hpp"
#include "foundation/base/uuid.hpp"
#include "foundation/http/problem.hpp"
#include "foundation/http/wire.hpp"

namespace stele::http {

Core::Core(ServerOptions given)
    : options(std::move(given)),
      workers(options.workers, options.limits.queued_requests),
      id_prefix_(Uuid::v7().text() + "-") {}

// One random number for the process and a count: a random number for each would cost a system call.
std::string Core::new_request_id() {
    return id_prefix_ + std::to_string(++next_id_);
}

void Core::left(std::atomic<std::size_t>& counter) {
    // The lock keeps stop() from seeing zero and destroying us between these two lines.
    const std::lock_guard lock(mutex_);
    if (--counter == 0) empty_.notify_all();
}

bool Core::wait_until_empty(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return empty_.wait_for(lock, time, [this] { return connections == 0 && surplus == 0; });
}

Response Core::refusal(int status, const std::string& detail, const Head& head) const {
    if (!options.problem) return problem(status, detail, head.request_id);
    try {
        Response response = options.problem(status, detail, head.method.empty() ? nullptr : &head);
        check_response(response);
        return response;
    } catch (const std::exception& error) {
        log::error("request {}: the problem hook failed: {}", head.request_id, error.what());
        return problem(status, detail, head.request_id);
    }
}

template <class Function>
Response Core::guarded(const Head& head, Function&& function) const {
    try {
        Response response = function();
        check_response(response);
        return response;
    } catch (const Error& error) {
        if (error.code() == Code::internal)
            log::error("request {} {} {}: {}", head.request_id, head.method, head.path,
                       error.what());
        if (!options.problem) return problem(error, head.request_id);
        return refusal(http_status_of(error.code()), std::string(error.message()), head);
    } catch (const std::exception& error) {
        log::error("request {} {} {}: {}", head.request_id, head.method, head.path, error.what());
    } catch (...) {
        log::error("request {} {} {}: an unknown exception", head.request_id, head.method,
                   head.path);
    }
    return refusal(500, "The server failed on this request; its log says why", head);
}

Admission Core::admit(const Head& head) const {
    Admission admission;
    if (!options.admit) return admission;
    bool admitted = false;
    Response refusal = guarded(head, [&] {
        admission = options.admit(head);
        admitted = !admission.refusal;
        return admitted ? Response() : std::move(*admission.refusal);
    });
    if (!admitted) admission.refusal = std::move(refusal);
    return admission;
}

Response Core::handle(const Request& request) const {
    return guarded(request.head, [&] { return options.handle(request); });
}

}  // namespace stele::http
