// What store.cpp, edit.cpp and the importers share about putting memories in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/context.hpp"
#include "memory/requests.hpp"
#include "pg/params.hpp"

namespace stele::memory {

// A memory about to be stored, with everything decided.
struct NewMemory {
    StoreInput input;
    Uuid id;
    std::string scope;
    std::string instance;
    std::string hash;  // 32 bytes
    pg::SparseVector lexemes;
    Timestamp created;
    Timestamp updated;
    std::optional<Timestamp> expires;
    std::optional<Uuid> superseded_by;  // imported history only
    int version = 1;
};

NewMemory prepare(const api::Context& context, StoreInput input, Timestamp at);
// The parameters of insert.sql.
pg::Params insert_params(const pg::TypeOids& types, const api::Caller& caller, const NewMemory& m);
StoreOutput output_of(const NewMemory& m, const Uuid& id, bool duplicate);
// All or nothing, at most limits::kBatch of them.
StoreBatchOutput insert_all(api::Context& context, const std::vector<NewMemory>& memories,
                            Timestamp at);

}  // namespace stele::memory
