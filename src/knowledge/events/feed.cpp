#include "knowledge/events/feed.hpp"

#include <fmt/ranges.h>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "knowledge/events/event_type.hpp"

namespace stele::events {

namespace {

using std::chrono::milliseconds;

// Between two looks: part of the time that an event is on its way, and what a thousand followers
// take in one write.
constexpr milliseconds kEvery{25};
constexpr milliseconds kAfterFailure{1000};
constexpr milliseconds kPingEvery{15'000};
constexpr int kPage = 500;
// Who catches up gets his next page when no more than this waits to be written.
constexpr std::size_t kWaiting = 256 * 1024;

// As it goes over the wire. A type that cannot be a line of the stream was stored before types were
// checked, or by other means: the frame says that this event is left out.
std::string frame_of(const Event& event) {
    if (const std::string problem = event_type_problem(event.type); !problem.empty())
        return http::EventChannel::text_of(
            {std::to_string(event.id),
             "stream.skipped",
             serialize(json::object{{"id", event.id}, {"reason", problem}}),
             {}});
    json::object data{{"type", event.type}, {"at", to_rfc3339(event.at)}};
    if (event.session) data["session"] = *event.session;
    if (const json::object* fields = event.data.if_object())
        for (const auto& field : *fields) data.insert_or_assign(field.key(), field.value());
    return http::EventChannel::text_of({std::to_string(event.id), event.type, serialize(data), {}});
}

// What somebody who was away too long, or another database's stream, has to know.
http::Event gap(std::int64_t after, std::int64_t read) {
    return {std::to_string(read),
            "stream.gap",
            serialize(json::object{{"missedAfter", after}, {"continuesAfter", read}}),
            {}};
}

}  // namespace

Feed::Feed(runtime::Background::MakeContext make_context)
    : make_context_(std::move(make_context)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Feed::~Feed() {
    thread_.request_stop();
    thread_.join();
    for (auto& [key, stream] : streams_)
        for (const Follower& follower : stream.followers) follower.channel->close();
    for (const auto& [tenant, follower] : new_) follower.channel->close();
}

std::shared_ptr<http::EventChannel> Feed::follow(const pg::Tenant& tenant, Wanted wanted,
                                                 std::optional<std::int64_t> after) {
    auto channel = http::EventChannel::make();
    {
        const std::lock_guard lock(mutex_);
        new_.push_back({tenant, {channel, std::move(wanted), after}});
        ++followers_;
    }
    came_.notify_one();
    return channel;
}

std::shared_ptr<http::EventChannel> follow(runtime::Context& context, const ListInput& input) {
    if (!context.feed)
        throw Error(Code::unsupported, "this process serves no streams", "ask `stele serve`");
    Wanted wanted{{}, input.session, input.types};
    if (input.job_id) wanted.job = Uuid::parse(*input.job_id);
    return context.feed->follow({context.caller.org, context.caller.project}, std::move(wanted),
                                input.after_id);
}

std::size_t Feed::followers() const {
    const std::lock_guard lock(mutex_);
    return followers_;
}

void Feed::run(const std::stop_token& stop) {
    std::string last_problem;
    while (!stop.stop_requested()) {
        take_in();
        milliseconds rest = kEvery;
        try {
            if (!streams_.empty()) {
                runtime::Context context = make_context_();
                step(context);
            }
            last_problem.clear();
        } catch (const std::exception& error) {
            if (last_problem != error.what()) log::warn("event streams wait: {}", error.what());
            last_problem = error.what();
            rest = kAfterFailure;
        }
        const Time now = std::chrono::steady_clock::now();
        for (auto& [key, stream] : streams_)
            for (Follower& follower : stream.followers)
                if (follower.read && follower.next_ping < now && follower.next_ping != Time{})
                    ping(follower, now);
        leave();
        std::unique_lock lock(mutex_);
        if (streams_.empty())
            came_.wait(lock, stop, [this] { return !new_.empty(); });
        else
            came_.wait_for(lock, stop, rest, [] { return false; });
    }
}

void Feed::take_in() {
    const std::lock_guard lock(mutex_);
    for (auto& [tenant, follower] : new_) {
        Stream& stream = streams_[{tenant.org, tenant.project}];
        stream.tenant = tenant;
        stream.followers.push_back(std::move(follower));
    }
    new_.clear();
}

void Feed::step(runtime::Context& context) {
    std::vector<Head> known;
    for (const auto& [key, stream] : streams_) known.push_back({stream.tenant, stream.read});
    const Heads heads = heads_moved(context, known);
    const bool restored = std::exchange(database_, heads.database) != heads.database;
    std::map<std::pair<Uuid, Uuid>, std::int64_t> moved;
    for (const Head& head : heads.moved) moved[{head.tenant.org, head.tenant.project}] = head.read;
    for (auto& [key, stream] : streams_) {
        const auto found = moved.find(key);
        const std::int64_t to = found == moved.end() ? stream.read : found->second;
        if (restored || to < stream.read) rewind(stream, to);
        try {
            serve(context, stream, to);
        } catch (const std::exception& error) {
            // One tenant's rows, or its database connection: the others go on.
            if (stream.last_problem != error.what())
                log::warn("the event stream of a tenant waits: {}", error.what());
            stream.last_problem = error.what();
            continue;
        }
        stream.last_problem.clear();
    }
}

void Feed::serve(runtime::Context& context, Stream& stream, std::int64_t to) {
    advance(context, stream, to);
    for (Follower& follower : stream.followers) {
        if (!follower.read) follower.read = stream.read;
        if (follower.next_ping == Time{}) ping(follower, std::chrono::steady_clock::now());
        if (follower.read != stream.read) catch_up(context, stream, follower);
    }
}

// The database was restored: ids up to `to` are what they were, or were given anew. Each follower
// is told where its stream goes on.
void Feed::rewind(Stream& stream, std::int64_t to) {
    if (stream.read < 0) return;
    stream.read = to;
    for (Follower& follower : stream.followers) {
        if (!follower.read || follower.next_ping == Time{}) continue;  // was told nothing yet
        follower.channel->push(gap(*follower.read, to));
        follower.read = to;
    }
}

// What is new, to all who are not behind. Who has not taken what it got falls behind.
void Feed::advance(runtime::Context& context, Stream& stream, std::int64_t to) {
    if (stream.read < 0) stream.read = to;  // who is here comes in where it stands
    while (stream.read < to) {
        const std::vector<Event> events =
            events_between(context, stream.tenant, stream.read, to, {}, kPage);
        const std::int64_t read = events.size() < kPage ? to : events.back().id;
        std::vector<std::string> frames;
        for (const Event& event : events) frames.push_back(frame_of(event));
        const std::string all = fmt::format("{}", fmt::join(frames, ""));
        for (Follower& follower : stream.followers) {
            if (follower.read != stream.read || follower.channel->waiting() > kWaiting) continue;
            follower.read = read;
            if (follower.wanted.all()) {
                follower.channel->push_text(all);
                continue;
            }
            std::string wanted;
            for (std::size_t i = 0; i < events.size(); ++i)
                if (follower.wanted.includes(events[i])) wanted += frames[i];
            if (!wanted.empty()) follower.channel->push_text(wanted);
        }
        stream.read = read;
    }
}

// One page to somebody who is behind, when he has taken the one before.
void Feed::catch_up(runtime::Context& context, const Stream& stream, Follower& follower) {
    if (follower.channel->waiting() > kWaiting) return;
    if (!std::exchange(follower.checked, true)) {
        const std::int64_t after = *follower.read;
        const std::int64_t first = oldest(context, stream.tenant);
        if (after > stream.read || after + 1 < first) {
            follower.read = after > stream.read ? stream.read : first - 1;
            follower.channel->push(gap(after, *follower.read));
        }
    }
    const std::vector<Event> events =
        events_between(context, stream.tenant, *follower.read, stream.read, follower.wanted, kPage);
    std::string text;  // at once: a page may be more than a channel takes piece by piece
    for (const Event& event : events) text += frame_of(event);
    if (!text.empty()) follower.channel->push_text(text);
    follower.read = events.size() < kPage ? stream.read : events.back().id;
}

void Feed::ping(Follower& follower, Time now) {
    follower.channel->push({std::to_string(*follower.read), "ping", "{}", {}});
    follower.next_ping = now + kPingEvery;
}

void Feed::leave() {
    std::size_t left = 0;
    for (auto it = streams_.begin(); it != streams_.end();) {
        left += std::erase_if(it->second.followers,
                              [](const Follower& follower) { return follower.channel->closed(); });
        it = it->second.followers.empty() ? streams_.erase(it) : std::next(it);
    }
    const std::lock_guard lock(mutex_);
    followers_ -= left;
}

}  // namespace stele::events
