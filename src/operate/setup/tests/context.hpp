// The context of an operation under test.
#pragma once

#include <memory>
#include <string>

#include "foundation/pg/database.hpp"
#include "operate/setup/operations.hpp"
#include "runtime/dispatcher.hpp"
#include "runtime/operation.hpp"
#include "runtime/settings.hpp"

namespace stele::ops {

class Bench {
  public:
    explicit Bench(const std::string& url, const std::string& configured = "",
                   void (*operations)(runtime::Registry&) = register_operations)
        : db_(pg::ConnInfo::parse(url), {.size = 2}) {
        operations(registry_);
        settings_.database.url = configured;
    }

    json::value run(const std::string& name, const json::object& input = {}) {
        runtime::Context context{{}, settings_, db_,  nullptr, deadline_in(std::chrono::minutes(5)),
                                 {}, "test",    true, {}};
        return runtime::Dispatcher().call(registry_.get(name), context, input);
    }
    std::string print(const std::string& name, const json::object& input = {}) {
        return registry_.get(name).render(run(name, input));
    }
    runtime::Settings& settings() { return settings_; }
    pg::Database& db() { return db_; }
    const runtime::Registry& registry() const { return registry_; }

  private:
    pg::Database db_;
    runtime::Settings settings_;
    runtime::Registry registry_;
};

}  // namespace stele::ops
