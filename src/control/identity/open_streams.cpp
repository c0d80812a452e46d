#include "control/identity/open_streams.hpp"

namespace stele::identity {

void OpenStreams::add(const runtime::Caller& caller, const Tenant& tenant,
                      const std::shared_ptr<http::EventChannel>& channel) {
    const std::lock_guard lock(mutex_);
    streams_.push_back({caller.credential, tenant, caller.expires, channel});
}

void OpenStreams::end(std::chrono::system_clock::time_point now,
                      const std::function<bool(const Uuid&)>& revoked) {
    std::vector<std::shared_ptr<http::EventChannel>> over;  // closed without the lock
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(streams_, [&](const Stream& stream) {
            const auto channel = stream.channel.lock();
            if (!channel || channel->closed()) return true;
            const bool ends = (stream.expires && *stream.expires <= now) ||
                              (stream.credential != Uuid{} && revoked(stream.credential));
            if (ends) over.push_back(channel);
            return ends;
        });
    }
    for (const auto& channel : over) channel->close();
}

std::set<Tenant> OpenStreams::tenants() const {
    const std::lock_guard lock(mutex_);
    std::set<Tenant> out;
    for (const Stream& stream : streams_)
        if (stream.credential != Uuid{}) out.insert(stream.tenant);
    return out;
}

}  // namespace stele::identity
