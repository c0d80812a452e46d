#include "foundation/pg/notifications.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "foundation/base/limits.hpp"
#include "foundation/base/log.hpp"
#include "foundation/pg/sql.hpp"

namespace stele::pg {

namespace {

// What is said within this time goes out together: each notification is a commit.
constexpr std::chrono::milliseconds kGather{5};
constexpr std::chrono::milliseconds kListen{60'000};  // then the connection is looked at
constexpr std::chrono::milliseconds kReconnect{1'000};
constexpr std::chrono::milliseconds kSendTime{5'000};

}  // namespace

Notifications::Notifications(std::function<ConnInfo()> info, std::string channel,
                             std::function<void(const std::string&)> on_notify)
    : info_(std::move(info)),
      channel_(std::move(channel)),
      on_notify_(std::move(on_notify)),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Notifications::~Notifications() {
    thread_.request_stop();
    wake();
    thread_.join();
    ::close(wake_fd_);
}

void Notifications::wake() const {
    const std::uint64_t one = 1;
    // It can only fail when the counter is full: then it is awake.
    if (::write(wake_fd_, &one, sizeof one) < 0) return;
}

void Notifications::rest(std::chrono::milliseconds time) const {
    pollfd fd{wake_fd_, POLLIN, 0};
    ::poll(&fd, 1, int(time.count()));
}

void Notifications::send(const std::string& words) {
    {
        const std::lock_guard lock(mutex_);
        if (!connected_ || !said_.insert(words).second || said_.size() > 1) return;
    }
    wake();
}

void Notifications::run(const std::stop_token& stop) {
    std::string problem;
    while (!stop.stop_requested()) {
        try {
            serve(stop);
        } catch (const std::exception& error) {
            if (problem != error.what())
                log::debug("no notifications; waiting workers look once a second: {}",
                           error.what());
            problem = error.what();
        }
        {
            const std::lock_guard lock(mutex_);
            connected_ = false;
            said_.clear();
        }
        if (!stop.stop_requested()) rest(kReconnect);
    }
}

void Notifications::serve(const std::stop_token& stop) {
    const auto connection = Connection::open(info_(), {.prepared_statements = false},
                                             deadline_in(limits::kConnectTimeout));
    connection->script("LISTEN " + channel_, deadline_in(kSendTime));
    {
        const std::lock_guard lock(mutex_);
        connected_ = true;
    }
    while (!stop.stop_requested()) {
        for (const std::string& words : connection->notifications(wake_fd_, kListen))
            on_notify_(words);
        std::uint64_t woken = 0;
        if (::read(wake_fd_, &woken, sizeof woken) < 0 || stop.stop_requested()) continue;
        std::this_thread::sleep_for(kGather);
        std::set<std::string> said;
        {
            const std::lock_guard lock(mutex_);
            said.swap(said_);
        }
        if (said.empty()) continue;
        connection->run(sql::notify,
                        Params({}, channel_, std::vector<std::string>(said.begin(), said.end())),
                        deadline_in(kSendTime));
    }
}

}  // namespace stele::pg
