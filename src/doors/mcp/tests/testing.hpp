// What the tests of this folder share: a client's end of a session, and a small catalog.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include "doors/mcp/session.hpp"
#include "foundation/base/json.hpp"

namespace stele::mcp::testing {

inline constexpr std::chrono::seconds kPatience{10};  // until a test that waits in vain fails

inline json::value parsed(std::string_view text) {
    return parse_json(text, "test");
}

// Keeps what the server sends.
class Inbox : public Sink {
  public:
    void send(const json::value& message) override {
        const std::lock_guard lock(mutex_);
        messages_.push_back(message);
        changed_.notify_all();
    }
    void close_stream() override {
        const std::lock_guard lock(mutex_);
        ++closed_;
    }
    std::vector<json::value> all() const {
        const std::lock_guard lock(mutex_);
        return messages_;
    }
    // The message at that place, once it is there.
    json::object at(std::size_t index) {
        std::unique_lock lock(mutex_);
        const bool there =
            changed_.wait_for(lock, kPatience, [&] { return messages_.size() > index; });
        EXPECT_TRUE(there) << "no message " << index;
        return there ? messages_[index].as_object() : json::object{};
    }
    json::object last() const {
        const std::lock_guard lock(mutex_);
        return messages_.empty() ? json::object{} : messages_.back().as_object();
    }
    std::size_t size() const { return all().size(); }
    int closed() const { return closed_; }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<json::value> messages_;
    int closed_ = 0;
};

// Blocks until it is opened or the call is cancelled.
class Gate {
  public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    // Whether the gate was opened (and not the call cancelled).
    bool pass(const std::stop_token& cancelled) {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait_for(lock, cancelled, kPatience, [this] { return open_; });
        return open_;
    }
    void wait_until_somebody_waits() {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, kPatience, [this] { return waiting_ > 0; }));
    }

  private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool open_ = false;
    int waiting_ = 0;
};

inline json::object any_object() {
    return {{"type", "object"}};
}

inline Tool tool(std::string name,
                 std::function<ToolResult(Call&, const json::object& arguments)> call) {
    return {.name = std::move(name),
            .description = "For tests",
            .input_schema = any_object(),
            .call = std::move(call)};
}

inline std::shared_ptr<Catalog> empty_catalog() {
    auto catalog = std::make_shared<Catalog>();
    catalog->server = {.name = "test", .title = "Test", .version = "1"};
    return catalog;
}

inline json::object initialize_request(std::string_view version = "2025-11-25",
                                       json::object capabilities = {}) {
    return make_request(0, "initialize",
                        {{"protocolVersion", version},
                         {"capabilities", std::move(capabilities)},
                         {"clientInfo", json::object{{"name", "test"}, {"version", "1"}}}});
}

// A client that speaks to a session directly; jobs run where the test wants them.
struct Client {
    std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>();
    std::shared_ptr<Inbox> background = std::make_shared<Inbox>();
    std::shared_ptr<Session> session;

    explicit Client(std::shared_ptr<const Catalog> catalog, SessionOptions options = {})
        : session(Session::open(std::move(catalog), background, std::move(options))) {}

    Client& opened(std::string_view version = "2025-11-25", json::object capabilities = {}) {
        session->receive(initialize_request(version, std::move(capabilities)), inbox);
        return *this;
    }
    Job start(std::string_view method, json::object params, json::value id = 1) {
        return session->receive(make_request(id, method, std::move(params)), inbox);
    }
    // The answer to a request, run to its end.
    json::object ask(std::string_view method, json::object params = {}, json::value id = 1) {
        if (const Job job = start(method, std::move(params), std::move(id))) job.run();
        return inbox->last();
    }
    json::object result(std::string_view method, json::object params = {}) {
        const json::object answer = ask(method, std::move(params));
        EXPECT_TRUE(answer.contains("result")) << serialize(answer);
        return answer.contains("result") ? answer.at("result").as_object() : json::object{};
    }
    std::int64_t error_code(std::string_view method, json::object params = {}) {
        const json::object answer = ask(method, std::move(params));
        EXPECT_TRUE(answer.contains("error")) << serialize(answer);
        return answer.contains("error") ? answer.at("error").at("code").as_int64() : 0;
    }
    void notify(std::string_view method, json::object params = {}) {
        session->receive(make_notification(method, std::move(params)), inbox);
    }
    json::object call(std::string_view name, json::object arguments = {}) {
        return result("tools/call", {{"name", name}, {"arguments", std::move(arguments)}});
    }
};

inline std::string text_of(const json::object& tool_result) {
    return std::string(tool_result.at("content").at(0).at("text").as_string());
}

}  // namespace stele::mcp::testing
