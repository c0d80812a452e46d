// The nouns of the graph: what nodes and edges are, and which way a walk goes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"

namespace stele::graph {

using reflect::field;
using reflect::fields;

// An edge type, with what the database knows too: whether it is strict (stele_graph_strict). An
// edge's origin is the end that was there first: mostly the one it points to, but "A produced B"
// says that B came from A.
struct EdgeType {
    std::string_view name;
    bool strict;
    bool points_to_origin;
};

inline constexpr std::array<EdgeType, 14> kEdgeTypes{{
    {"depends_on", true, true},
    {"derived_from", true, true},
    {"supersedes", true, true},
    {"produced_artifact", true, false},
    {"verified_by", true, true},
    {"remediated_by", true, true},
    {"found_in", true, true},
    {"delegated_to", true, false},
    {"mentions", false, true},
    {"references", false, true},
    {"related_to", false, true},
    {"similar_to", false, true},
    {"produced", false, false},
    {"part_of", false, true},
}};

inline constexpr std::array<std::string_view, 18> kNodeKinds{
    "memory",     "chat_message", "chat_thread", "summary",  "job",     "job_step",
    "job_event",  "artifact",     "skill",       "instance", "finding", "decision",
    "annotation", "delegation",   "project",     "commit",   "file",    "url"};

// up: to what a thing came from; down: to what came from it.
enum class Direction { up, down, both };
enum class Mode { strict, loose, all };
enum class Format { tree, json, dot, mermaid };

struct Node {
    std::string id;
    std::string kind;
    std::string ref_id;
    std::string label;
    int depth = 0;
    template <class S = Node>
    static auto describe() {
        return fields(field("id", &S::id, "Its id in the graph"),
                      field("kind", &S::kind, "memory, chat_message, job, commit, …"),
                      field("refId", &S::ref_id, "What it is called where it lives"),
                      field("label", &S::label, "One line about it, secrets out; may be empty"),
                      field("depth", &S::depth, "Edges between it and where the walk began"));
    }
};

struct Edge {
    std::string from;
    std::string to;
    std::string type;
    bool strict = false;
    double weight = 1;
    std::optional<std::string> linked_by;
    template <class S = Edge>
    static auto describe() {
        return fields(field("from", &S::from, "The node it starts at"),
                      field("to", &S::to, "The node it points to"),
                      field("type", &S::type, "derived_from, supersedes, references, …"),
                      field("strict", &S::strict, "Strict edges form no cycle"),
                      field("weight", &S::weight, "How much it says, above 0 and up to 1"),
                      field("linkedBy", &S::linked_by, "Who linked it, when somebody did"));
    }
};

}  // namespace stele::graph

namespace stele::reflect {

template <>
struct EnumNames<graph::Direction> {
    static constexpr std::array<std::pair<graph::Direction, std::string_view>, 3> values{
        {{graph::Direction::up, "up"},
         {graph::Direction::down, "down"},
         {graph::Direction::both, "both"}}};
};

template <>
struct EnumNames<graph::Mode> {
    static constexpr std::array<std::pair<graph::Mode, std::string_view>, 3> values{
        {{graph::Mode::strict, "strict"},
         {graph::Mode::loose, "loose"},
         {graph::Mode::all, "all"}}};
};

template <>
struct EnumNames<graph::Format> {
    static constexpr std::array<std::pair<graph::Format, std::string_view>, 4> values{
        {{graph::Format::tree, "tree"},
         {graph::Format::json, "json"},
         {graph::Format::dot, "dot"},
         {graph::Format::mermaid, "mermaid"}}};
};

}  // namespace stele::reflect
