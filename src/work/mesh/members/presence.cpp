#include "work/mesh/members/presence.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/log.hpp"
#include "foundation/base/text.hpp"
#include "work/jobs/definitions/agent.hpp"
#include "work/mesh/members/registry.hpp"
#include "work/mesh/routing/score.hpp"

namespace stele::mesh {

namespace {

constexpr std::chrono::seconds kPeerTime{5};
constexpr std::chrono::seconds kLeaveTime{2};

std::vector<std::string> list_of(std::string_view text) {
    const auto list = comma_list(text);
    return {list.begin(), list.end()};
}

// Who answers at a place: an operation, there.
template <class Out, class In>
Out ask(Peers& peers, const std::string& url, const runtime::Caller& caller,
        std::string_view operation, const In& input, std::chrono::milliseconds time) {
    const PeerAnswer answer = peers.call(url, {caller.org, caller.project}, operation,
                                         reflect::write(input).as_object(), time);
    if (!answer.ok())
        throw Error(Code::unavailable, fmt::format("{}: {}", url, answer.said()),
                    "is its token STELE_PEER_AUTH_TOKEN?");
    return reflect::read<Out>(answer.body);
}

}  // namespace

std::vector<std::string> peers_of(const runtime::MeshSettings& settings) {
    std::vector<std::string> out;
    for (const std::string& url : list_of(settings.peers)) {
        try {
            out.push_back(http::checked_url(url));
        } catch (const Error& error) {
            throw Error(Code::configuration, fmt::format("mesh.peers: {}", error.what()),
                        error.hint());
        }
    }
    return out;
}

RegisterInput profile_of(const runtime::Settings& settings, const std::string& version) {
    const runtime::MeshSettings& mesh = settings.mesh;
    normalised(mesh.routing_weights);
    RegisterInput out;
    out.name = settings.agent.instance;
    out.posse = settings.agent.posse;
    out.endpoint = mesh.endpoint;
    out.role = mesh.role;
    out.expertise = mesh.expertise;
    out.version = version;
    out.capabilities = list_of(mesh.capabilities);
    out.models = list_of(mesh.models);
    return out;
}

struct Presence::Place {
    std::string url;  // "": the own database
    bool registered = false;
    Deadline due{};  // at once
    std::unique_ptr<runtime::Background> thread;
};

Presence::Presence(const runtime::Settings& settings, const std::string& version,
                   const runtime::Background::MakeContext& make_context)
    : settings_(settings),
      profile_(profile_of(settings, version)),
      peers_(settings),
      make_context_(make_context) {
    std::vector<std::string> urls = peers_of(settings.mesh);
    urls.insert(urls.begin(), "");
    for (const std::string& url : urls) {
        places_.push_back(std::make_unique<Place>());
        Place& place = *places_.back();
        place.url = url;
        // A thread each: a peer that is away does not keep the others waiting.
        place.thread = std::make_unique<runtime::Background>(
            url.empty() ? "no beat" : "no beat at " + url, make_context,
            [this, &place](runtime::Context& context) { return beat(context, place); });
    }
}

int Presence::beat(runtime::Context& context, Place& place) {
    if (time_left(place.due).count() > 0) return 0;
    const bool own = place.url.empty();
    if (!place.registered) {
        const RegisterOutput here = own ? register_instance(context, profile_)
                                        : ask<RegisterOutput>(peers_, place.url, context.caller,
                                                              "mesh.register", profile_, kPeerTime);
        if (here.replaced)
            log::warn(
                "another server beat as {} a moment ago, at {}: give each a name of its own "
                "(STELE_INSTANCE_NAME)",
                here.name, *here.replaced);
        place.registered = true;
    }
    HeartbeatInput said;
    said.name = profile_.name;
    said.active_jobs = jobs::count_running(context, *profile_.name);
    const auto up = std::chrono::steady_clock::now() - started_;
    said.uptime = int(std::chrono::duration_cast<std::chrono::seconds>(up).count());
    const HeartbeatOutput heard = own ? heartbeat(context, said)
                                      : ask<HeartbeatOutput>(peers_, place.url, context.caller,
                                                             "mesh.heartbeat", said, kPeerTime);
    place.registered = heard.unknown.empty();
    // Who is forgotten registers again at the next look.
    if (place.registered) place.due = deadline_in(std::chrono::seconds(limits::kBeatSeconds));
    return 0;
}

void Presence::say_goodbye(Place& place) {
    if (!place.registered) return;
    try {
        runtime::Context context = make_context_();
        context.deadline = deadline_in(kLeaveTime);
        const NameInput name{profile_.name};
        if (place.url.empty())
            leave(context, name);
        else
            ask<LeaveOutput>(peers_, place.url, context.caller, "mesh.leave", name, kLeaveTime);
    } catch (const std::exception& error) {
        log::debug("nobody heard that this server leaves: {}", error.what());
    }
}

Presence::~Presence() {
    for (const auto& place : places_) place->thread.reset();
    for (const auto& place : places_) say_goodbye(*place);
}

}  // namespace stele::mesh
