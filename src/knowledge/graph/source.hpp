// Where edges come from. A domain gives the graph one statement that says which edges some of its
// rows ask for; the graph makes of it what writes them (in the domain's own transaction), what
// makes them anew and what finds those that no row asks for any more. So a rebuilt graph equals the
// one that grew.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/uuid.hpp"
#include "foundation/pg/statement.hpp"
#include "runtime/context.hpp"

namespace stele::graph {

// One table whose rows ask for edges.
//   edges  $1 org, $2 project, $3 ids of rows → owner uuid (the row), src_kind, src_key, type,
//          dst_kind, dst_key (text: an item's id, or a name)
//   page   $1 org, $2 project, $3 after this id, $4 limit → ids in order
// A row asks for edges by what it and its own table hold, never by what other tables hold: then it
// does not matter which of two rows was there first.
class Source {
  public:
    Source(std::string_view table, const pg::Statement& edges, const pg::Statement& page);
    Source(const Source&) = delete;

    const std::string& table() const { return table_; }
    const pg::Statement& page() const { return page_; }
    // $1 org, $2 project, $3 ids: writes what the rows ask for and gives the number of edges
    // written. Throws ServerError(conflict) when a strict edge would close a cycle.
    const pg::Statement& project() const { return project_; }
    // $1 org, $2 project, $3 ids: counts the edges that they ask for and that are not there.
    const pg::Statement& missing() const { return missing_; }
    // $1 org, $2 project, $3 owners, $4 srcs, $5 types, $6 dsts: of these edges those that their
    // owner does not ask for; `sweep` takes them away. Both give src, type, dst.
    const pg::Statement& unsupported() const { return unsupported_; }
    const pg::Statement& sweep() const { return sweep_; }

  private:
    std::string table_;
    std::string names_[4];
    std::string texts_[4];
    const pg::Statement& page_;
    pg::Statement project_, missing_, unsupported_, sweep_;
};

// What a domain tells the graph about its items of one kind: a line about each of those that exist.
// The graph makes it short and takes secrets out.
using Labels = std::map<Uuid, std::string>;
struct Kind {
    std::string_view name;
    std::function<Labels(runtime::Context&, const std::vector<Uuid>&)> labels;
};

// A kind whose lines one statement gives: $1 org, $2 project, $3 ids → id, line. The statement
// outlives the kind.
Kind kind_of(std::string_view name, const pg::Statement& labels);

// Everything the graph is told when the program is put together.
struct Domains {
    std::vector<const Source*> sources;
    std::vector<Kind> kinds;
    // The best few memories for a question; graph.related begins there.
    std::function<std::vector<Uuid>(runtime::Context&, const std::string& query)> find;
};

}  // namespace stele::graph
