#include "foundation/embed/endpoint.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "foundation/base/clock.hpp"
#include "foundation/base/error.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/redact.hpp"
#include "foundation/embed/endpoint_protocol.hpp"

namespace stele::embed {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kBytesPerToken = 3;  // English has four; other languages and code have less
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{10'000};  // a Retry-After beyond it ends the call instead

Settings checked(Settings s) {
    const auto require = [](bool good, const std::string& name, const std::string& rule) {
        if (!good) throw Error(Code::configuration, "embedding." + name + " " + rule);
    };
    require(!s.model.empty(), "model", "must name the endpoint's model");
    require(s.dimensions >= 1 && s.dimensions <= 16384, "dimensions",
            "must be what the endpoint's model answers with, from 1 to 16384");
    require(s.batch_size >= 1 && s.batch_size <= 2048, "batchSize", "must be from 1 to 2048");
    require(s.max_tokens >= 1 && s.max_tokens <= 1'000'000, "maxTokens",
            "must be from 1 to 1000000");
    require(s.timeout_ms >= 1, "timeoutMs", "must be at least 1");
    require(s.query_timeout_ms >= 1, "queryTimeoutMs", "must be at least 1");
    require(s.connect_timeout_ms >= 1, "connectTimeoutMs", "must be at least 1");
    require(s.retries >= 0 && s.retries <= 10, "retries", "must be from 0 to 10");
    require(s.breaker_failures >= 1, "breakerFailures", "must be at least 1");
    require(s.breaker_ms >= 1, "breakerMs", "must be at least 1");
    require(s.api_key.find_first_of("\r\n") == std::string::npos, "apiKey",
            "must be a single line");
    return s;
}

bool is_transient(int status) {
    return status == 429 || status >= 500;
}

// Between half of it and all of it, so that callers that failed together do not return together.
milliseconds with_jitter(milliseconds pause) {
    thread_local std::minstd_rand random{std::random_device{}()};
    return milliseconds(
        std::uniform_int_distribution<milliseconds::rep>(pause.count() / 2, pause.count())(random));
}

EndpointError no_answer(EndpointError::Kind kind, const std::string& what,
                        std::optional<std::chrono::seconds> retry_after = {}) {
    return {kind, "the embedding endpoint " + what,
            "it will be tried again; until then memories are stored without a vector and found by "
            "their words",
            retry_after};
}

// Bad Request, Content Too Large, Unprocessable Content: of these texts, or of so many.
bool is_about_texts(int status) {
    return status == 400 || status == 413 || status == 422;
}

[[noreturn]] void fail_permanently(const http::Reply& reply, const std::string& endpoint) {
    const std::string status = std::to_string(reply.status);
    if (reply.status == 401 || reply.status == 403)
        throw Error(Code::configuration,
                    "the embedding endpoint " + endpoint + " refuses the key: HTTP " + status,
                    "set embedding.apiKey, STELE_EMBEDDING_API_KEY or OPENROUTER_API_KEY");
    const std::string text = error_text(reply.body);
    const std::string message = "the embedding endpoint " + endpoint + " answered HTTP " + status +
                                (text.empty() ? "" : ": " + text);
    if (reply.status < 400)
        throw Error(Code::configuration, message, "redirects are not followed: set the final URL");
    if (reply.status == 404)
        throw Error(Code::configuration, message, "check embedding.url and embedding.model");
    throw EndpointError(is_about_texts(reply.status) ? EndpointError::Kind::refused
                                                     : EndpointError::Kind::unavailable,
                        message,
                        "check embedding.model, embedding.maxTokens, embedding.batchSize and the "
                        "text");
}

}  // namespace

EndpointEmbedder::EndpointEmbedder(const Settings& settings)
    : settings_(checked(settings)),
      url_(http::endpoint_url(settings_.url, "embeddings", "embedding")),
      info_{settings_.model, settings_.dimensions, sha256_hex(url_.call + "\n" + settings_.model),
            settings_.max_tokens},
      http_(http::OutboundPolicy::own(url_.call, settings_.api_key),
            {"Content-Type: application/json", "Accept: application/json"}),
      breaker_(settings_.breaker_failures, milliseconds(settings_.breaker_ms)),
      query_breaker_(settings_.breaker_failures, milliseconds(settings_.breaker_ms)) {
    remember_secret(settings_.api_key);
}

std::vector<Vector> EndpointEmbedder::embed(std::span<const std::string> texts, Purpose purpose,
                                            Deadline deadline) {
    const std::string& prefix =
        purpose == Purpose::query ? settings_.query_prefix : settings_.document_prefix;
    std::vector<Vector> out;
    out.reserve(texts.size());
    for (std::size_t at = 0; at < texts.size(); at += settings_.batch_size) {
        const std::size_t count = std::min(settings_.batch_size, texts.size() - at);
        for (Vector& vector : embed_batch(texts.subspan(at, count), prefix, purpose, deadline))
            out.push_back(std::move(vector));
    }
    return out;
}

std::vector<Vector> EndpointEmbedder::embed_batch(std::span<const std::string> texts,
                                                  const std::string& prefix, Purpose purpose,
                                                  Deadline deadline) {
    const std::optional<int> dimensions =
        settings_.send_dimensions ? std::optional(settings_.dimensions) : std::nullopt;
    const std::size_t max_bytes = static_cast<std::size_t>(settings_.max_tokens) * kBytesPerToken;
    const std::string body = request_body(settings_.model, dimensions, texts, prefix, max_bytes);
    const http::Reply reply = send_with_retries(body, texts.size(), purpose, deadline);
    if (reply.status / 100 != 2) fail_permanently(reply, url_.shown);
    return parse_vectors(reply.body, texts.size(), settings_.dimensions, url_.shown);
}

// Any reply but 429 and 5xx, as soon as one comes.
http::Reply EndpointEmbedder::send_with_retries(const std::string& body, std::size_t texts,
                                                Purpose purpose, Deadline deadline) {
    const bool query = purpose == Purpose::query;
    const int retries = query ? 0 : settings_.retries;
    for (int attempt = 0;; ++attempt) {
        milliseconds pause = with_jitter(kFirstPause * (1 << attempt));
        std::string failure;
        std::optional<std::chrono::seconds> retry_after;
        auto kind = EndpointError::Kind::failed;
        try {
            http::Reply reply = send_once(body, texts, query, deadline);
            if (!is_transient(reply.status)) return reply;
            if (reply.status == 429) kind = EndpointError::Kind::unavailable;
            retry_after = reply.retry_after;
            failure = "HTTP " + std::to_string(reply.status);
            if (const std::string text = error_text(reply.body); !text.empty())
                failure += ": " + text;
            if (retry_after) pause = std::max<milliseconds>(pause, *retry_after);
        } catch (const http::TransportError& error) {
            failure = error.what();
            if (!error.timed_out()) kind = EndpointError::Kind::unavailable;
        }
        const bool in_time = pause <= kLongestPause && pause < time_left(deadline);
        if (attempt >= retries || !in_time)
            throw no_answer(kind, url_.shown + " does not answer: " + failure, retry_after);
        std::this_thread::sleep_for(pause);
    }
}

// One request, and what the circuit breaker learns from it.
http::Reply EndpointEmbedder::send_once(const std::string& body, std::size_t texts, bool query,
                                        Deadline deadline) {
    using Kind = EndpointError::Kind;
    const milliseconds left = time_left(deadline);
    const milliseconds full(query ? settings_.query_timeout_ms : settings_.timeout_ms);
    http::CircuitBreaker& breaker = query ? query_breaker_ : breaker_;
    const milliseconds time = std::min(full, query ? left / 2 : left);
    if (time.count() == 0) throw no_answer(Kind::unavailable, url_.shown + " has no time left");
    if (!breaker.allows())
        throw no_answer(Kind::unavailable, url_.shown + " is not called for now: its last " +
                                               std::to_string(settings_.breaker_failures) +
                                               " calls failed");
    try {
        http::Reply reply = http_.send("POST", url_.call, body,
                                       {time, milliseconds(settings_.connect_timeout_ms),
                                        reply_bound(texts, settings_.dimensions)});
        if (is_transient(reply.status))
            breaker.failed();
        else
            breaker.succeeded();
        return reply;
    } catch (const http::TransportError& error) {
        // A caller in a hurry says nothing about the endpoint.
        if (!error.timed_out() || time == full) breaker.failed();
        throw;
    }
}

}  // namespace stele::embed
