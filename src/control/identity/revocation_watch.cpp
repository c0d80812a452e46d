#include "control/identity/revocation_watch.hpp"

#include "base/log.hpp"

namespace stele::identity {

namespace {

constexpr std::chrono::milliseconds kRest{1000};

}  // namespace

RevocationWatch::RevocationWatch(ApiTokenAuthenticator& authenticator,
                                 std::function<api::Context()> make_context)
    : authenticator_(authenticator),
      make_context_(std::move(make_context)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void RevocationWatch::run(const std::stop_token& stop) {
    const std::vector<std::string> names{revocation_bell()};
    std::string last_problem;
    while (!stop.stop_requested()) {
        api::Bells* bells = &silent_;
        api::Bells::Ticket ticket = 0;
        try {
            api::Context context = make_context_();
            if (context.bells) bells = context.bells;
            ticket = bells->ticket(names);
            authenticator_.catch_up(context);
            last_problem.clear();
        } catch (const std::exception& error) {
            // Said once per problem: the database may be away for hours.
            if (last_problem != error.what() && !stop.stop_requested())
                log::warn("revocations are not heard of: {}", error.what());
            last_problem = error.what();
        }
        bells->wait(names, ticket, kRest, stop);
    }
}

}  // namespace stele::identity
