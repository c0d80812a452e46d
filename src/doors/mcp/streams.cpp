#include "doors/mcp/streams.hpp"

#include <fmt/format.h>

#include <charconv>

namespace stele::mcp {

namespace {

std::string event_id(Streams::Id stream, std::uint64_t number) {
    return fmt::format("{}-{}", stream, number);
}

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || at != end) return std::nullopt;
    return number;
}

}  // namespace

void Streams::prime(bool on) {
    const std::lock_guard lock(mutex_);
    primed_ = on;
}

std::pair<Streams::Id, std::shared_ptr<http::EventChannel>> Streams::open() {
    const std::lock_guard lock(mutex_);
    const Id id = next_++;
    return {id, attach(id, streams_[id])};
}

std::shared_ptr<http::EventChannel> Streams::listen() {
    const std::lock_guard lock(mutex_);
    return attach(kUnsolicited, streams_[kUnsolicited]);
}

std::shared_ptr<http::EventChannel> Streams::attach(Id id, Stream& stream) {
    disconnect(stream);
    stream.channel = http::EventChannel::make();
    if (primed_) stream.channel->push({.id = event_id(id, stream.sent), .retry = options_.retry});
    return stream.channel;
}

std::shared_ptr<http::EventChannel> Streams::resume(std::string_view last_event_id) {
    const auto dash = last_event_id.find('-');
    if (dash == std::string_view::npos) return nullptr;
    const auto id = number_in(last_event_id.substr(0, dash));
    const auto seen = number_in(last_event_id.substr(dash + 1));
    if (!id || !seen) return nullptr;

    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(*id);
    if (found == streams_.end()) return nullptr;
    Stream& stream = found->second;
    if (*seen > stream.sent || *seen < stream.forgotten) return nullptr;
    disconnect(stream);
    stream.channel = http::EventChannel::make();
    for (const Kept& event : kept_)
        if (event.stream == *id && event.number > *seen)
            stream.channel->push({.id = event_id(*id, event.number), .data = event.data});
    const auto channel = stream.channel;
    if (stream.finished) disconnect(stream);
    return channel;
}

void Streams::send(Id id, std::string data) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(id);
    if (found == streams_.end() || found->second.finished) return;
    Stream& stream = found->second;
    const std::uint64_t number = ++stream.sent;
    if (stream.channel && !stream.channel->push({.id = event_id(id, number), .data = data}))
        stream.channel.reset();
    keep(id, number, std::move(data));
}

void Streams::keep(Id id, std::uint64_t number, std::string data) {
    kept_bytes_ += data.size();
    kept_.push_back({id, number, std::move(data)});
    // The newest stays even when it alone is over the bound: it is the answer.
    while (kept_.size() > 1 &&
           (kept_.size() > options_.kept_events || kept_bytes_ > options_.kept_bytes))
        forget_oldest();
}

void Streams::forget_oldest() {
    const Kept oldest = std::move(kept_.front());
    kept_.pop_front();
    kept_bytes_ -= oldest.data.size();
    const auto found = streams_.find(oldest.stream);
    if (found == streams_.end()) return;
    Stream& stream = found->second;
    stream.forgotten = oldest.number;
    if (stream.finished && stream.forgotten == stream.sent) streams_.erase(found);
}

void Streams::detach(Id id) {
    const std::lock_guard lock(mutex_);
    if (const auto found = streams_.find(id); found != streams_.end()) disconnect(found->second);
}

void Streams::finish(Id id) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    Stream& stream = found->second;
    stream.finished = true;
    disconnect(stream);
    if (stream.forgotten == stream.sent) streams_.erase(found);
}

void Streams::close_all() {
    const std::lock_guard lock(mutex_);
    for (auto& entry : streams_) disconnect(entry.second);
}

bool Streams::connected() const {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : streams_)
        if (entry.second.channel && !entry.second.channel->closed()) return true;
    return false;
}

void Streams::disconnect(Stream& stream) {
    if (stream.channel) stream.channel->close();
    stream.channel.reset();
}

}  // namespace stele::mcp
