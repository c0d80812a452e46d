// What store.cpp, edit.cpp and the importers share about putting memories in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/pg/params.hpp"
#include "knowledge/memory/labels.hpp"
#include "knowledge/memory/requests.hpp"
#include "knowledge/memory/sql.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

// A memory about to be stored, with everything decided.
struct NewMemory {
    StoreInput input;
    Uuid id;
    std::string scope;
    std::string instance;
    std::string hash;  // 32 bytes
    Timestamp created;
    Timestamp updated;
    std::optional<Timestamp> expires;
    std::optional<Uuid> superseded_by;  // imported history only
    int version = 1;

    pg::SparseVector lexemes() const {
        return lexemes_of(input.content,
                          {input.category, input.type, input.source, scope, input.tags});
    }
};

// The last step of storing a text: its vector, or a place in the backfill's queue when there is a
// model but no vector yet. `add` takes a statement and its parameters.
template <class Add>
void add_vector_or_enqueue(const Add& add, const runtime::Caller& caller, const Uuid& id,
                           const std::optional<int>& model,
                           const std::optional<std::vector<float>>& vector) {
    if (vector)
        add(sql::add_vector, caller.org, caller.project, id, *model, pg::HalfVector{*vector});
    else if (model)
        add(sql::enqueue, caller.org, caller.project, std::vector{id});
}

NewMemory prepare(const runtime::Context& context, StoreInput input, Timestamp at);
// The parameters of insert.sql.
pg::Params insert_params(const pg::TypeOids& types, const runtime::Caller& caller,
                         const NewMemory& m);
StoreOutput output_of(const NewMemory& m, const Uuid& id, bool duplicate);
// All or nothing, at most limits::kBatch of them.
StoreBatchOutput insert_all(runtime::Context& context, const std::vector<NewMemory>& memories,
                            Timestamp at);

}  // namespace stele::memory
