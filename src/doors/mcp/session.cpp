#include "doors/mcp/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"
#include "foundation/base/uuid.hpp"

namespace stele::mcp {

namespace {

// The answer to what a method threw; to be called while it is caught.
json::object answer_to_failure(const Message& request, std::string_view request_id) {
    const auto log_bug = [&](std::string_view what) {
        log::error("mcp {} failed (request {}): {}", request.method, request_id, what);
    };
    try {
        throw;
    } catch (const Error& error) {
        if (error.code() == Code::internal) log_bug(error.message());
        return make_error(request.id, error);
    } catch (const std::exception& error) {
        log_bug(error.what());
        return make_error(request.id, rpc::kInternalError, "Internal error");
    }
}

std::optional<json::value> progress_token_of(const json::object& params) {
    const json::value* meta = params.if_contains("_meta");
    const json::value* token =
        meta && meta->is_object() ? meta->get_object().if_contains("progressToken") : nullptr;
    if (!token || (!token->is_string() && !token->is_number())) return std::nullopt;
    return *token;
}

}  // namespace

bool is_supported(std::string_view version) {
    return std::find(kVersions.begin(), kVersions.end(), version) != kVersions.end();
}

std::shared_ptr<Session> Session::open(std::shared_ptr<const Catalog> catalog,
                                       std::shared_ptr<Sink> background, SessionOptions options) {
    std::shared_ptr<Session> session(
        new Session(std::move(catalog), std::move(background), std::move(options)));
    session->catalog_->announcer->add(session);
    return session;
}

Session::Session(std::shared_ptr<const Catalog> catalog, std::shared_ptr<Sink> background,
                 SessionOptions options)
    : catalog_(std::move(catalog)),
      background_(std::move(background)),
      options_(std::move(options)),
      tools_(catalog_->choose_tools ? std::optional(catalog_->choose_tools(options_.tools))
                                    : std::nullopt),
      negotiated_(options_.negotiated) {}

std::optional<Session::Route> Session::route_of(std::string_view method) const {
    static const std::unordered_map<std::string_view, Route> kRoutes{
        {"initialize", {.quick = &Session::initialize}},
        {"ping", {.quick = &Session::ping}},
        {"logging/setLevel", {.quick = &Session::set_level}},
        {"resources/subscribe", {.quick = &Session::subscribe}},
        {"resources/unsubscribe", {.quick = &Session::unsubscribe}},
        {"tools/list", {.quick = &Session::list_tools}},
        {"resources/list", {.quick = &Session::list_resources}},
        {"resources/templates/list", {.quick = &Session::list_templates}},
        {"prompts/list", {.quick = &Session::list_prompts}},
        {"tools/call", {.lengthy = &Session::call_tool}},
        {"resources/read", {.lengthy = &Session::read_resource}},
        {"prompts/get", {.lengthy = &Session::get_prompt}},
        {"completion/complete", {.lengthy = &Session::complete}},
    };
    const auto found = kRoutes.find(method);
    if (found == kRoutes.end()) return std::nullopt;
    // What is not among the capabilities does not exist.
    const std::string_view family = method.substr(0, method.find('/'));
    const bool offered = family == "tools"        ? !catalog_->tools.empty()
                         : family == "prompts"    ? !catalog_->prompts.empty()
                         : family == "completion" ? catalog_->has_completions()
                         : family == "resources"
                             ? !catalog_->resources.empty() || !catalog_->templates.empty()
                             : true;
    const bool subscribing = method.ends_with("subscribe");
    if (!offered || (subscribing && !catalog_->subscriptions)) return std::nullopt;
    return found->second;
}

Job Session::receive_text(std::string_view text, const std::shared_ptr<Sink>& out) {
    try {
        return receive(parse_json(text, "message"), out);
    } catch (const Error& error) {
        out->send(make_error(request_id_in(text), rpc::kParseError, error.message()));
        return {};
    }
}

Job Session::receive(const json::value& message, const std::shared_ptr<Sink>& out) {
    return receive(message, out, {.request_id = {}, .caller = options_.caller});
}

Job Session::receive(const json::value& message, const std::shared_ptr<Sink>& out,
                     const Arrival& arrival) {
    return message.is_array() ? receive_batch(message.get_array(), out, arrival)
                              : receive_one(message, out, arrival);
}

Job Session::receive_one(const json::value& message, const std::shared_ptr<Sink>& out,
                         const Arrival& arrival) {
    Parsed parsed = parse_message(message);
    if (parsed.refusal) out->send(*parsed.refusal);
    if (!parsed.message) return {};
    switch (parsed.message->kind) {
        case Message::Kind::request:
            return on_request(std::move(*parsed.message), out, arrival);
        case Message::Kind::notification:
            on_notification(*parsed.message);
            return {};
        case Message::Kind::response:
            on_response(std::move(*parsed.message));
            return {};
    }
    return {};
}

void Session::check_may_request(const Message& request) const {
    const bool opened = initialized();
    if (request.method == "initialize" && opened)
        throw Error(Code::conflict, "this session is initialized already");
    if (request.method != "initialize" && request.method != "ping" && !opened)
        throw Error(Code::conflict, "this session is not initialized",
                    "send an initialize request first");
}

Job Session::on_request(Message request, const std::shared_ptr<Sink>& out, const Arrival& arrival) {
    try {
        const auto route = route_of(request.method);
        if (!route)
            throw Error(Code::unsupported,
                        fmt::format("there is no method \"{}\" here", excerpt(request.method, 80)));
        check_may_request(request);
        if (route->lengthy) {
            const std::stop_token cancelled = enter(request.id);
            return job_of(std::move(request), route->lengthy, out, info_of(arrival), cancelled);
        }
        out->send(make_result(request.id, (this->*route->quick)(arrival.caller, request.params)));
    } catch (const std::exception&) {
        out->send(answer_to_failure(request, arrival.request_id));
    }
    return {};
}

CallInfo Session::info_of(const Arrival& arrival) const {
    const std::lock_guard lock(mutex_);
    return {.caller = arrival.caller,
            .request_id = arrival.request_id.empty() ? Uuid::v7().text() : arrival.request_id,
            .protocol_version = negotiated_.version,
            .client_info = negotiated_.client_info};
}

Job Session::job_of(Message request, LongMethod method, const std::shared_ptr<Sink>& out,
                    CallInfo info, std::stop_token cancelled) {
    const auto self = shared_from_this();
    const auto shared = std::make_shared<const Message>(std::move(request));
    return {.run = [self, shared, method, out, info = std::move(info),
                    cancelled] { self->run(*shared, method, out, info, cancelled); },
            .turn_away =
                [self, shared, out](const Error& error) {
                    self->leave(shared->id);
                    out->send(make_error(shared->id, error));
                }};
}

void Session::run(const Message& request, LongMethod method, const std::shared_ptr<Sink>& out,
                  CallInfo info, const std::stop_token& cancelled) {
    json::object answer;
    if (!cancelled.stop_requested()) {
        const std::string name = info.request_id;
        try {
            Call call(shared_from_this(), out, std::move(info), cancelled,
                      progress_token_of(request.params));
            answer = make_result(request.id, (this->*method)(call, request.params));
        } catch (const std::exception&) {
            answer = answer_to_failure(request, name);
        }
    }
    leave(request.id);
    // The protocol wants no answer to a request that its sender cancelled.
    if (!cancelled.stop_requested()) out->send(answer);
}

void Session::on_notification(const Message& notification) {
    if (notification.method != "notifications/cancelled") return;
    const json::value* id = notification.params.if_contains("requestId");
    if (!id) return;
    std::stop_source stop(std::nostopstate);
    {
        const std::lock_guard lock(mutex_);
        const auto found = in_flight_.find(serialize(*id));
        if (found == in_flight_.end()) return;
        stop = found->second;
    }
    // Outside the lock: stop callbacks of the handler run in here.
    stop.request_stop();
}

std::stop_token Session::enter(const json::value& id) {
    const std::lock_guard lock(mutex_);
    if (in_flight_.size() >= options_.in_flight)
        throw Error(Code::rate_limited,
                    fmt::format("{} requests are in flight already", in_flight_.size()),
                    "wait for answers before sending more", {}, true);
    const auto [entry, fresh] = in_flight_.try_emplace(serialize(id));
    if (!fresh)
        throw Error(Code::conflict,
                    "a request with this id is in flight already; give each its own id");
    return entry->second.get_token();
}

void Session::leave(const json::value& id) {
    const std::lock_guard lock(mutex_);
    in_flight_.erase(serialize(id));
}

void Session::close() {
    std::map<std::string, std::stop_source> in_flight;
    {
        const std::lock_guard lock(mutex_);
        in_flight = in_flight_;
    }
    for (auto& entry : in_flight) entry.second.request_stop();
    client_gone();
}

void Session::resource_updated(const std::string& uri) {
    {
        const std::lock_guard lock(mutex_);
        if (client_gone_ || !subscriptions_.contains(uri)) return;
    }
    background_->send(make_notification("notifications/resources/updated", {{"uri", uri}}));
}

bool Session::initialized() const {
    const std::lock_guard lock(mutex_);
    return !negotiated_.version.empty();
}

Negotiated Session::negotiated() const {
    const std::lock_guard lock(mutex_);
    return negotiated_;
}

std::size_t Session::in_flight() const {
    const std::lock_guard lock(mutex_);
    return in_flight_.size();
}

LogLevel Session::log_level() const {
    const std::lock_guard lock(mutex_);
    return log_level_;
}

}  // namespace stele::mcp
