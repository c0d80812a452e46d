// How the commands of this folder reach Stele: over HTTP, or with the operations of this process.
#pragma once

#include <memory>
#include <string>

#include "client/transport.hpp"
#include "runtime/dispatcher.hpp"
#include "work/jobs/maintenance.hpp"

namespace stele::shell {

// The operations of this process, on the database of the settings.
class InProcess : public client::Transport {
  public:
    InProcess(const runtime::Registry& registry, runtime::Dispatcher& dispatcher,
              const runtime::Context& context)
        : registry_(registry), dispatcher_(dispatcher), context_(context) {}
    json::object call(std::string_view operation, const json::object& input,
                      std::chrono::milliseconds wait) override;
    runtime::Context context() const;

  private:
    const runtime::Registry& registry_;
    runtime::Dispatcher& dispatcher_;
    const runtime::Context context_;
};

// Where the user wants it: --url, else STELE_URL, else "" for the database itself.
std::string url_of(const std::string& flag);

// The token of the settings goes to the URL; "" is the database itself.
std::unique_ptr<client::Transport> open_door(const runtime::Registry& registry,
                                             runtime::Dispatcher& dispatcher,
                                             const runtime::Context& context,
                                             const std::string& url);

}  // namespace stele::shell
