// One client's conversation in the era of the handshake (initialize … , versions 2024-11-05 to
// 2025-11-25): what was negotiated, what is in flight, what the client subscribed to.
//
// A session has no thread of its own. The transport gives it messages in order; what is quick is
// answered before receive() returns, what may take long comes back as a Job for the transport's
// threads. So a ping or a cancellation is served while every thread is busy.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "doors/mcp/call.hpp"
#include "doors/mcp/catalog.hpp"
#include "doors/mcp/jsonrpc.hpp"

namespace stele::mcp {

// Newest first. Dates as text compare in their order.
inline constexpr std::array<std::string_view, 4> kVersions{"2025-11-25", "2025-06-18", "2025-03-26",
                                                           "2024-11-05"};
bool is_supported(std::string_view version);

// Where messages for the client go. Any thread. A client that has gone is not an error: what is
// sent to it is dropped.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual void send(const json::value& message) = 0;
    virtual void close_stream() {}
};

// Work that remains of a message: exactly one of the two is called, once, on any thread.
struct Job {
    std::function<void()> run;                    // never throws; answers through the sink
    std::function<void(const Error&)> turn_away;  // instead of run(), when there is no room

    explicit operator bool() const { return bool(run); }
};

// What a transport knows of one message.
struct Arrival {
    std::string request_id;  // names it in logs; empty: a new one is made
    runtime::Caller caller;
};

// What a client and a server agree on when they open a session.
struct Negotiated {
    std::string version;                               // empty before
    json::object client_info;                          // as the client introduced itself
    std::set<std::string, std::less<>> client_offers;  // sampling, elicitation, roots
};

struct SessionOptions {
    runtime::Caller caller;      // whose session it is
    Negotiated negotiated;       // of a session that was opened elsewhere and goes on here
    std::string tools;           // for the catalog's choose_tools; "": its default
    std::size_t in_flight = 64;  // requests at once; further ones are answered with an error
    std::size_t subscriptions = 1000;
    std::size_t batch = 100;                         // messages of one batch (2025-03-26 only)
    std::size_t page = 100;                          // entries of one list page
    std::chrono::milliseconds client_wait{300'000};  // for an answer of the client, or its person
};

class Session : public std::enable_shared_from_this<Session> {
  public:
    // `background` carries what belongs to no request: notifications of changed resources. Throws
    // what the catalog's choose_tools throws.
    static std::shared_ptr<Session> open(std::shared_ptr<const Catalog> catalog,
                                         std::shared_ptr<Sink> background,
                                         SessionOptions options = {});

    // One message or batch, parsed; answers go to `out`.
    Job receive(const json::value& message, const std::shared_ptr<Sink>& out,
                const Arrival& arrival);
    // The same of the session's own caller.
    Job receive(const json::value& message, const std::shared_ptr<Sink>& out);
    // The same from text; what is not JSON is answered with a parse error.
    Job receive_text(std::string_view text, const std::shared_ptr<Sink>& out);

    // The client has gone: cancels what is in flight and fails what waits for the client's answer.
    void close();
    // Only the second half: what is in flight may still finish, but no answer will come any more.
    void client_gone();

    bool initialized() const;
    Negotiated negotiated() const;
    std::size_t in_flight() const;
    LogLevel log_level() const;

    // ---- for the catalog's side
    void resource_updated(const std::string& uri);
    const runtime::Caller& caller() const { return options_.caller; }
    json::object ask_client(std::string_view capability, std::string_view method,
                            json::object params, Sink& out, const std::stop_token& cancelled);

  private:
    struct Waiting {
        std::optional<Message> answer;
    };
    using Method = json::object (Session::*)(const runtime::Caller&, const json::object& params);
    using LongMethod = json::object (Session::*)(Call&, const json::object& params);
    struct Route {
        Method quick = nullptr;
        LongMethod lengthy = nullptr;
    };

    Session(std::shared_ptr<const Catalog> catalog, std::shared_ptr<Sink> background,
            SessionOptions options);

    std::optional<Route> route_of(std::string_view method) const;
    Job receive_batch(const json::array& batch, const std::shared_ptr<Sink>& out,
                      const Arrival& arrival);
    Job receive_one(const json::value& message, const std::shared_ptr<Sink>& out,
                    const Arrival& arrival);
    Job on_request(Message request, const std::shared_ptr<Sink>& out, const Arrival& arrival);
    Job job_of(Message request, LongMethod method, const std::shared_ptr<Sink>& out, CallInfo info,
               std::stop_token cancelled);
    void run(const Message& request, LongMethod method, const std::shared_ptr<Sink>& out,
             CallInfo info, const std::stop_token& cancelled);
    CallInfo info_of(const Arrival& arrival) const;
    void on_notification(const Message& notification);
    void on_response(Message response);
    void check_may_request(const Message& request) const;
    std::stop_token enter(const json::value& id);
    void leave(const json::value& id);

    // methods.cpp: answered at once
    json::object initialize(const runtime::Caller& caller, const json::object& params);
    json::object ping(const runtime::Caller& caller, const json::object& params);
    json::object set_level(const runtime::Caller& caller, const json::object& params);
    json::object subscribe(const runtime::Caller& caller, const json::object& params);
    json::object unsubscribe(const runtime::Caller& caller, const json::object& params);
    json::object list_tools(const runtime::Caller& caller, const json::object& params);
    json::object list_resources(const runtime::Caller& caller, const json::object& params);
    json::object list_templates(const runtime::Caller& caller, const json::object& params);
    json::object list_prompts(const runtime::Caller& caller, const json::object& params);
    // methods.cpp: run as jobs
    json::object call_tool(Call& call, const json::object& params);
    json::object read_resource(Call& call, const json::object& params);
    json::object get_prompt(Call& call, const json::object& params);
    json::object complete(Call& call, const json::object& params);

    template <class Item, class Describe>
    json::object list(const runtime::Caller& caller, const std::vector<Item>& items,
                      std::string_view key, const json::object& params, Describe describe) const;
    json::object capabilities() const;
    bool at_least(std::string_view version) const;
    template <class Item>
    bool offers(const Item&) const {
        return true;
    }
    bool offers(const Tool& tool) const { return !tools_ || tools_->contains(tool.name); }
    json::object render(ToolResult result) const;

    const std::shared_ptr<const Catalog> catalog_;
    const std::shared_ptr<Sink> background_;
    const SessionOptions options_;
    const std::optional<ToolNames> tools_;  // empty: all

    mutable std::mutex mutex_;
    std::condition_variable_any answered_;
    Negotiated negotiated_;
    LogLevel log_level_ = LogLevel::info;
    std::set<std::string> subscriptions_;
    std::map<std::string, std::stop_source> in_flight_;  // by the JSON text of the id
    std::map<std::int64_t, Waiting> waiting_;            // our requests to the client
    std::int64_t next_id_ = 1;
    bool client_gone_ = false;
};

}  // namespace stele::mcp
