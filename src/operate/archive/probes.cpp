#include "operate/archive/probes.hpp"

#include <fmt/format.h>

#include "foundation/base/text.hpp"
#include "foundation/pg/database.hpp"
#include "knowledge/memory/search.hpp"
#include "operate/archive/client_tools.hpp"
#include "operate/archive/sql.hpp"
#include "runtime/context.hpp"

namespace stele::archive {

namespace {

struct Sample {
    Uuid org, project, id;
    std::string scope, content;
};

std::vector<Sample> samples(const pg::ConnInfo& info, Deadline deadline) {
    const auto connection = open_operator(info, deadline);
    std::vector<Sample> out;
    for (const pg::Row row :
         connection->run(sql::probe_rows, pg::Params(connection->types()), deadline))
        out.push_back({row.get<Uuid>(0), row.get<Uuid>(1), row.get<Uuid>(2),
                       row.get<std::string>(3), row.get<std::string>(4)});
    return out;
}

// Whether a search of the memory's own scope answers. That the memory itself comes first cannot be
// asked for: it may hold nothing but common words.
bool answers(runtime::Context& context, pg::Database& db, const Sample& sample) {
    runtime::Context here{context.caller,    context.settings,   db,    nullptr, context.deadline,
                          context.cancelled, context.request_id, false, {}};
    here.caller.org = sample.org;
    here.caller.project = sample.project;
    memory::SearchInput input;
    input.query = excerpt(sample.content, 500);
    input.scope = sample.scope;
    input.mode = vectors::SearchMode::lexical;
    return !memory::search(here, input).results.empty();
}

}  // namespace

void probe(runtime::Context& context, const pg::ConnInfo& info, std::vector<std::string>& checked,
           Findings& findings) {
    const std::vector<Sample> all = samples(info, context.deadline);
    pg::Database db(info, {.size = 1});
    for (const Sample& sample : all)
        if (!answers(context, db, sample))
            findings.push_back({"search beside memory " + sample.id.text(), "results", "none"});
    checked.push_back(fmt::format("search answers in the scopes of {} memories", all.size()));
}

}  // namespace stele::archive
