// Vectors of all tenants made anew with the configured model: the operator's, in the shell.
//
// What is made beside the vectors in use becomes the active model's only when no tenant lacks any,
// so searches by the old model go on meanwhile. Each phase may be run again: what is there is not
// made twice.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "foundation/base/reflect.hpp"
#include "runtime/background/runner.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

// A domain whose items have vectors.
struct Refill {
    background::Task task;  // makes them
    // Queues what the context's tenant lacks in a model; returns how many. What can only be made
    // with the active model waits until `active`.
    std::function<std::int64_t(runtime::Context&, int model, bool active)> queue;
    // Takes away a page of the tenant's vectors of other models; returns how many.
    std::function<std::int64_t(runtime::Context&, int model)> drop_others;
};
Refill refill();  // of memories

// Every tenant that has something with vectors. Throws Error(refused) when the login may not see
// them.
using ListTenants = std::function<std::vector<pg::Tenant>(runtime::Context&)>;

struct ReembedOutput {
    std::string model;
    std::int64_t tenants = 0, queued = 0, done = 0, dropped = 0;
    bool active = false;
    std::string message;
    template <class S = ReembedOutput>
    static auto describe() {
        using reflect::field;
        return reflect::fields(
            field("model", &S::model, "The configured model"),
            field("tenants", &S::tenants, "Tenants that have memories or conversations"),
            field("queued", &S::queued,
                  "Memories, messages and summaries that lacked a vector of it"),
            field("done", &S::done, "What this run has made of those"),
            field("dropped", &S::dropped, "Vectors of other models that were taken away"),
            field("active", &S::active, "Searches use it"),
            field("message", &S::message, "What is next"));
    }
};

// Throws Error(configuration) without an embedder, and what `tenants` throws.
ReembedOutput reembed(runtime::Context& context, const std::vector<Refill>& refills,
                      const ListTenants& tenants);

}  // namespace stele::memory
