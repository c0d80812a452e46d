#include "doors/mcp/http_transport.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "doors/mcp/http_session.hpp"
#include "foundation/base/text.hpp"
#include "runtime/caller/authenticator.hpp"

namespace stele::mcp {

namespace {

constexpr std::string_view kSessionHeader = "Mcp-Session-Id";
constexpr std::string_view kUnsolicitedEvents = "0-";  // how the ids of those begin

http::Response refuse(int status, int code, std::string_view why, const json::value& id = nullptr) {
    http::Response response;
    response.status = status;
    response.body = serialize(make_error(id, code, why));
    return response;
}

http::Response refuse(int status, std::string_view why) {
    return refuse(status, rpc::kServerError, why);
}

http::Response empty(int status) {
    http::Response response;
    response.status = status;
    response.content_type.clear();
    return response;
}

http::Response too_busy(http::Response response) {
    response.status = 503;
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

// Whether the Accept header names `type` or a wildcard over it; without one, everything is taken.
bool accepts(const http::Head& head, std::string_view type) {
    if (!head.header("Accept")) return true;
    const std::string family = fmt::format("{}/*", type.substr(0, type.find('/')));
    for (const std::string_view one : comma_list(head.header("Accept").value_or(""))) {
        const std::string_view range = trim(one.substr(0, one.find(';')));
        if (range == type || range == "*/*" || range == family) return true;
    }
    return false;
}

bool is_json(const http::Head& head) {
    const auto type = head.header("Content-Type");
    return type && trim(type->substr(0, type->find(';'))) == "application/json";
}

bool opens_session(const json::value& message) {
    const json::object* object = message.if_object();
    const json::value* method = object ? object->if_contains("method") : nullptr;
    return method && method->is_string() && method->get_string() == "initialize" &&
           object->contains("id");
}

// An event without data can be read since this version.
void prime(HttpSession& session, std::string_view version) {
    session.streams()->prime(version >= "2025-11-25");
}

json::value id_of(const json::value& message) {
    const json::object* object = message.if_object();
    const json::value* id = object ? object->if_contains("id") : nullptr;
    return id ? *id : json::value(nullptr);
}

// The answer to one POST that has begun.
http::Response response_of(PostSink& sink, std::chrono::milliseconds limit,
                           const json::value& message) {
    PostSink::Outcome outcome = sink.wait(limit);
    http::Response response;
    if (outcome.late)
        return refuse(504, rpc::kServerError,
                      "the call takes longer than a client waits that accepts no stream; Accept "
                      "may name text/event-stream",
                      id_of(message));
    if (outcome.json) {
        response.status = outcome.is_bare_refusal ? 400 : 200;
        response.body = std::move(*outcome.json);
    } else if (outcome.channel) {
        response.events = std::move(outcome.channel);
    } else {
        response = empty(202);
    }
    return response;
}

}  // namespace

HttpTransport::HttpTransport(std::shared_ptr<const Catalog> catalog, HttpOptions options)
    : catalog_(std::move(catalog)),
      options_(std::move(options)),
      ids_(options_.session_key),
      pool_(options_.workers, options_.queue) {
    if (catalog_->choose_tools) catalog_->choose_tools(options_.session.tools);
}

HttpTransport::~HttpTransport() {
    stop();
}

http::Response HttpTransport::handle(const http::Request& request, const runtime::Caller& caller) {
    const auto version = request.head.header("MCP-Protocol-Version");
    if (version && !is_supported(*version))
        // Not the -32022 of version 2026-07-28: it would keep a client that speaks both eras from
        // falling back to initialize.
        return refuse(400, fmt::format("protocol version \"{}\" is not supported; these are: {}",
                                       excerpt(*version, 40), fmt::join(kVersions, ", ")));
    return dispatch(request, caller);
}

http::Response HttpTransport::dispatch(const http::Request& request,
                                       const runtime::Caller& caller) {
    const std::string& method = request.head.method;
    if (method == "POST") return post(request, caller);
    if (method == "GET") return get(request, caller);
    if (method == "DELETE") return end(request, caller);
    http::Response response = refuse(405, "use POST, GET or DELETE");
    response.headers.push_back({"Allow", "POST, GET, DELETE"});
    return response;
}

http::Response HttpTransport::post(const http::Request& request, const runtime::Caller& caller) {
    if (!is_json(request.head)) return refuse(415, "the Content-Type must be application/json");
    if (!accepts(request.head, "application/json"))
        return refuse(406, "Accept must name application/json, and should text/event-stream");
    json::value message;
    try {
        message = parse_json(request.body, "request body");
    } catch (const Error& error) {
        return refuse(400, rpc::kParseError, error.message(), request_id_in(request.body));
    }
    // Before a stream begins, for its status could not say it any more.
    if (const auto needed = catalog_->scopes_of(message); !caller.scopes.includes(needed)) {
        http::Response refusal = refuse(403, fmt::format("the scope {} is needed", needed.text()));
        refusal.headers.push_back(runtime::insufficient_scope(needed.text()));
        return refusal;
    }
    if (opens_session(message) && !request.head.header(kSessionHeader))
        return open(request, message, caller);
    http::Response refusal;
    const SessionPtr session = find(request, caller, refusal);
    if (!session) return refusal;
    return answer(session, request, caller, message);
}

// With the tools that the client's URL names, /mcp?tools=memory,jobs, else the server's own.
HttpTransport::SessionPtr HttpTransport::session_for(const http::Request& request,
                                                     const runtime::Caller& caller,
                                                     Negotiated negotiated) const {
    SessionOptions options = options_.session;
    options.caller = caller;
    options.negotiated = std::move(negotiated);
    if (const auto tools = request.head.query_value("tools")) options.tools = *tools;
    return std::make_shared<HttpSession>(catalog_, options, options_.streams);
}

http::Response HttpTransport::open(const http::Request& request, const json::value& message,
                                   const runtime::Caller& caller) {
    SessionPtr session;
    try {
        session = session_for(request, caller, {});
    } catch (const Error& error) {
        return refuse(400, fmt::format("{}; {}", error.message(), error.hint()));
    }
    http::Response response = answer(session, request, caller, message);
    const Negotiated negotiated = session->protocol().negotiated();
    if (negotiated.version.empty()) return response;
    prime(*session, negotiated.version);
    session->set_id(ids_.issue(negotiated, caller));
    if (!add(session)) return too_busy(refuse(503, "too many sessions are open"));
    response.headers.push_back({std::string(kSessionHeader), session->id()});
    return response;
}

http::Response HttpTransport::answer(const SessionPtr& session, const http::Request& request,
                                     const runtime::Caller& caller, const json::value& message) {
    session->touch(options_.clock());
    const bool may_stream = accepts(request.head, "text/event-stream");
    const auto sink = std::make_shared<PostSink>(session->streams(), may_stream);
    const Job job = session->protocol().receive(message, sink, {request.head.request_id, caller});
    if (!job) {
        sink->finish();
        return response_of(*sink, {}, message);
    }
    // The job holds the session, so that it ends after its last answer at the earliest.
    const auto run = [this, job, sink, session] {
        job.run();
        sink->finish();
        session->touch(options_.clock());
    };
    if (!pool_.submit(run)) {
        job.turn_away(Error(Code::rate_limited, "too many calls wait already",
                            "try again in a moment", {}, true));
        return too_busy(response_of(*sink, {}, message));
    }
    return response_of(*sink, may_stream ? options_.json_wait : options_.answer_wait, message);
}

http::Response HttpTransport::get(const http::Request& request, const runtime::Caller& caller) {
    if (!accepts(request.head, "text/event-stream"))
        return refuse(406, "Accept must name text/event-stream");
    http::Response refusal;
    const SessionPtr session = find(request, caller, refusal);
    if (!session) return refusal;
    session->touch(options_.clock());
    http::Response response;
    const auto last_event = request.head.header("Last-Event-ID");
    if (last_event) response.events = session->streams()->resume(*last_event);
    // What belongs to no request goes on as well as it can: its last events may be another
    // server's.
    if (!response.events && (!last_event || last_event->starts_with(kUnsolicitedEvents)))
        response.events = session->streams()->listen();
    if (response.events) return response;
    return refuse(400,
                  "this Last-Event-ID cannot be resumed from (any more); open a stream "
                  "without it");
}

http::Response HttpTransport::end(const http::Request& request, const runtime::Caller& caller) {
    http::Response refusal;
    const SessionPtr session = find(request, caller, refusal);
    if (!session) return refusal;
    remove(session);
    return empty(204);
}

HttpTransport::SessionPtr HttpTransport::find(const http::Request& request,
                                              const runtime::Caller& caller,
                                              http::Response& refusal) {
    const auto id = request.head.header(kSessionHeader);
    if (!id) {
        refusal = refuse(400, "the Mcp-Session-Id header is missing; send initialize first");
        return nullptr;
    }
    SessionPtr session;
    {
        const std::lock_guard lock(mutex_);
        const auto found = sessions_.find(*id);
        if (found != sessions_.end() && found->second->belongs_to(caller)) session = found->second;
    }
    return session ? session : go_on_with(*id, request, caller, refusal);
}

HttpTransport::SessionPtr HttpTransport::go_on_with(std::string_view id,
                                                    const http::Request& request,
                                                    const runtime::Caller& caller,
                                                    http::Response& refusal) {
    const auto negotiated = ids_.read(id, caller);
    const auto ended = [&] {
        const std::lock_guard lock(mutex_);
        return stopped_ || std::ranges::find(ended_, id) != ended_.end();
    };
    refusal = refuse(404, "there is no such session (any more); initialize a new one");
    if (!negotiated || ended()) return nullptr;
    SessionPtr session;
    try {
        session = session_for(request, caller, *negotiated);
    } catch (const Error& error) {
        refusal = refuse(400, fmt::format("{}; {}", error.message(), error.hint()));
        return nullptr;
    }
    prime(*session, negotiated->version);
    session->set_id(std::string(id));
    session->touch(options_.clock());
    if (!add(session)) {
        refusal = too_busy(refuse(503, "too many sessions are open"));
        return nullptr;
    }
    // Another request of the same client may have been quicker.
    const std::lock_guard lock(mutex_);
    const auto held = sessions_.find(id);
    return held == sessions_.end() ? nullptr : held->second;
}

bool HttpTransport::expired(const HttpSession& session) const {
    return options_.clock() - session.last_used() > options_.session_idle && session.idle();
}

bool HttpTransport::add(const SessionPtr& session) {
    std::vector<SessionPtr> ended;  // closed when the lock is released
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    auto longest = sessions_.end();
    for (auto each = sessions_.begin(); each != sessions_.end();) {
        if (expired(*each->second)) {
            ended.push_back(std::move(each->second));
            each = sessions_.erase(each);
            continue;
        }
        if (each->second->idle() && (longest == sessions_.end() ||
                                     each->second->last_used() < longest->second->last_used()))
            longest = each;
        ++each;
    }
    if (sessions_.size() >= options_.sessions) {
        if (longest == sessions_.end()) return false;
        ended.push_back(std::move(longest->second));
        sessions_.erase(longest);
    }
    sessions_.emplace(session->id(), session);
    return true;
}

void HttpTransport::remove(const SessionPtr& session) {
    {
        const std::lock_guard lock(mutex_);
        sessions_.erase(session->id());
        ended_.push_back(session->id());
        if (ended_.size() > options_.sessions) ended_.pop_front();
    }
    session->close();
}

void HttpTransport::stop() {
    std::map<std::string, SessionPtr, std::less<>> sessions;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        sessions.swap(sessions_);
    }
    for (const auto& entry : sessions) entry.second->close();
    pool_.finish();
}

std::size_t HttpTransport::sessions() const {
    const std::lock_guard lock(mutex_);
    return sessions_.size();
}

}  // namespace stele::mcp
