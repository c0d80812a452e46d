#include <fmt/format.h>

#include <array>

#include "operate/doctor/checks.hpp"
#include "operate/doctor/sql.hpp"

namespace stele::doctor {

namespace {

struct Wanted {
    const char* index;
    const char* create;
};

// As the migrations make them.
constexpr std::array kWanted{
    Wanted{"memories_recent",
           "CREATE INDEX CONCURRENTLY memories_recent ON memories (org_id, project_id, created_at "
           "DESC, id DESC);"},
    Wanted{"memories_content",
           "CREATE UNIQUE INDEX CONCURRENTLY memories_content ON memories (org_id, project_id, "
           "scope, content_hash) WHERE superseded_by IS NULL;"},
    Wanted{"memories_pkey", "ALTER TABLE memories ADD PRIMARY KEY (org_id, id);"},
    Wanted{"memories_unindexed",
           "CREATE INDEX CONCURRENTLY memories_unindexed ON memories (org_id, project_id, id NULLS "
           "FIRST) "
           "WHERE NOT indexed;"},
    Wanted{"search_blocks_pkey",
           "ALTER TABLE search_blocks ADD PRIMARY KEY (org_id, segment, bucket);"},
    Wanted{"vector_codes_list",
           "CREATE INDEX CONCURRENTLY vector_codes_list ON vector_codes (org_id, project_id, kind, "
           "model, list) INCLUDE (item, scope, code);"},
    Wanted{"memory_vectors_pkey",
           "ALTER TABLE memory_vectors ADD PRIMARY KEY (org_id, memory_id);"},
    Wanted{"embedding_queue_pkey",
           "ALTER TABLE embedding_queue ADD PRIMARY KEY (org_id, memory_id);"},
    Wanted{"embedding_queue_due",
           "CREATE INDEX CONCURRENTLY embedding_queue_due ON embedding_queue (org_id, project_id, "
           "not_before);"},
};

Finding examine_lexical(DatabaseUnderTest& database) {
    std::vector<std::string> names;
    for (const Wanted& wanted : kWanted) names.emplace_back(wanted.index);
    const pg::Result rows = database.ask(sql::search_indexes, names);
    std::string evidence, mend;
    for (const pg::Row row : rows) {
        const auto name = row.get<std::string>(0);
        const auto valid = row.get<std::optional<bool>>(1);
        if (valid.value_or(false)) continue;
        evidence += fmt::format("{}{} is {}", evidence.empty() ? "" : ", ", name,
                                valid ? "INVALID" : "missing");
        mend += mend.empty() ? "" : "\n";
        if (valid) mend += fmt::format("REINDEX INDEX CONCURRENTLY {};", name);
        for (const Wanted& wanted : kWanted)
            if (!valid && name == wanted.index) mend += wanted.create;
    }
    if (evidence.empty())
        return pass(
            "the indexes that search reads by are there; its words need no text search "
            "configuration");
    return fail(
        evidence,
        "searches read the whole table instead of one tenant's part, and keys are not enforced",
        mend);
}

}  // namespace

const Check kLexical{"lexical", "The indexes of search are there", Needs::schema, examine_lexical};

}  // namespace stele::doctor
