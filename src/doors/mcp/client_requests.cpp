// The other direction: requests of the server to the client, while a call waits for the answer.
#include <fmt/format.h>

#include "doors/mcp/session.hpp"
#include "foundation/base/text.hpp"

namespace stele::mcp {

namespace {

json::object result_of(const Message& answer, std::string_view method) {
    if (!answer.error.empty()) {
        const json::value* why = answer.error.if_contains("message");
        throw Error(
            Code::failed,
            fmt::format("the client refused {}: {}", method,
                        why && why->is_string() ? excerpt(why->get_string(), 500) : "no reason"));
    }
    if (!answer.result.is_object())
        throw Error(Code::failed, fmt::format("the client answered {} without an object", method));
    return answer.result.get_object();
}

}  // namespace

json::object Session::ask_client(std::string_view capability, std::string_view method,
                                 json::object params, Sink& out, const std::stop_token& cancelled) {
    const auto deadline = std::chrono::steady_clock::now() + options_.client_wait;
    std::unique_lock lock(mutex_);
    if (!negotiated_.client_offers.contains(capability))
        throw Error(Code::unsupported, fmt::format("the client does not offer {}", capability));
    const std::int64_t id = next_id_++;
    waiting_[id] = {};
    lock.unlock();
    out.send(make_request(id, method, std::move(params)));
    lock.lock();
    // Nobody but this function erases the entry, so the reference stays good.
    const Waiting& waiting = waiting_[id];
    answered_.wait_until(lock, cancelled, deadline, [&] { return waiting.answer || client_gone_; });
    const std::optional<Message> answer = std::move(waiting_.extract(id).mapped().answer);
    const bool gone = client_gone_;
    lock.unlock();

    if (answer) return result_of(*answer, method);
    if (gone) throw Error(Code::cancelled, fmt::format("the client went away during {}", method));
    const bool stopped = cancelled.stop_requested();
    out.send(make_notification(
        "notifications/cancelled",
        {{"requestId", id}, {"reason", stopped ? "the call was cancelled" : "no answer in time"}}));
    if (stopped) throw Error(Code::cancelled, fmt::format("cancelled during {}", method));
    throw Error(Code::deadline_exceeded, fmt::format("the client did not answer {} within {} s",
                                                     method, options_.client_wait.count() / 1000));
}

void Session::on_response(Message response) {
    if (!response.id.is_int64()) return;
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(response.id.get_int64());
    // An answer that comes too late, or to nothing we asked, has nobody to tell.
    if (waiting == waiting_.end() || waiting->second.answer) return;
    waiting->second.answer = std::move(response);
    answered_.notify_all();
}

void Session::client_gone() {
    const std::lock_guard lock(mutex_);
    client_gone_ = true;
    answered_.notify_all();
}

}  // namespace stele::mcp
