// The SQL of the memory domain: the only functions that know its tables. Search has its own
// (search.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "knowledge/memory/requests.hpp"
#include "knowledge/retrieval/segment_steps.hpp"
#include "runtime/call.hpp"

namespace stele::memory {

// How memories come into segments.
const retrieval::Source& segment_source();

// A row with the columns of fetch.sql.
Memory read_memory(const pg::Row& row);

StoreOutput store(runtime::Context& context, const StoreInput& input);
// All or nothing; texts the scope already holds, or that the batch holds twice, count as
// duplicates.
StoreBatchOutput store_batch(runtime::Context& context, const StoreBatchInput& input);

// In the order asked for; ids that name nothing are left out.
std::vector<Memory> fetch(runtime::Context& context, const std::vector<Uuid>& ids);
// The same from rows of fetch.sql.
std::vector<Memory> in_order(const pg::Result& rows, const std::vector<Uuid>& ids);
std::optional<Memory> find(runtime::Context& context, const std::string& id);
std::vector<Version> history(runtime::Context& context, const std::string& id);

// Throws Error(not_found), Error(conflict) when another memory of the scope has the new text, or
// the version is not `if_version`.
UpdateOutput update(runtime::Context& context, const UpdateInput& input);
// Stores the successor and ends the predecessor in one transaction.
StoreOutput supersede(runtime::Context& context, const SupersedeInput& input);
Memory set_pinned(runtime::Context& context, const std::string& id, bool pinned);
ForgetOutput forget(runtime::Context& context, const ForgetInput& input);

ListOutput list(runtime::Context& context, const Filter& filter, int limit,
                const std::optional<std::string>& cursor);
StatsOutput stats(runtime::Context& context);

// The filter's fields as the parameters $1 … $14 that every filtered statement begins with.
struct FilterParams {
    Uuid org, project;
    std::optional<std::vector<std::string>> scopes;
    Timestamp now;
    bool live_only;
    std::optional<Timestamp> as_of;
    std::optional<std::string> category, source, type;
    std::optional<std::vector<std::string>> tags, all_tags;
    std::optional<Timestamp> since, until;
    std::optional<json::object> metadata;

    // Calls f with the fourteen parameters, in order, followed by `rest`.
    template <class F, class... Rest>
    auto apply(F f, const Rest&... rest) const {
        return f(org, project, scopes, now, live_only, as_of, category, source, type, tags,
                 all_tags, since, until, metadata, rest...);
    }
};
FilterParams filter_params(const runtime::Context& context, const Filter& filter);
// Says whether a filter asks for more than a scope.
bool narrows(const Filter& filter);

}  // namespace stele::memory
