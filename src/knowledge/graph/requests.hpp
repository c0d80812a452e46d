// What the operations of the graph take and give. A node is named by its id, or as kind:name
// ("job:nightly-7", "commit:4f2a9c1") when a name is all that is known of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/json.hpp"
#include "knowledge/graph/types.hpp"

namespace stele::graph {

// Which edges a walk follows, and how far.
struct WalkInput {
    std::vector<std::string> edge_types;
    Mode mode = Mode::strict;
    int max_depth = 4;
};

template <class S>
auto walk_fields() {
    return fields(
        field("edgeTypes", &S::edge_types, "Only these types; they count, whatever the mode")
            .max_items(kEdgeTypes.size())
            .max_bytes(limits::kNameBytes),
        field("mode", &S::mode, "strict: what rests on what; loose: mentions and likenesses"),
        field("maxDepth", &S::max_depth, "How many edges away").clamp(1, limits::kTraceDepth));
}

struct TraceInput : WalkInput {
    std::optional<std::string> node_id, kind, ref_id, to;
    Direction direction = Direction::up;
    int limit = 50;
    std::optional<std::string> cursor;
    Format format = Format::tree;
    template <class S = TraceInput>
    static auto describe() {
        return joined(
            fields(
                field("nodeId", &S::node_id, "Where to begin: an id, or kind:name")
                    .positional()
                    .max_bytes(limits::kUriBytes),
                field("kind", &S::kind, "With refId instead of nodeId: job, commit, file, …")
                    .max_bytes(limits::kNameBytes),
                field("refId", &S::ref_id, "The name or id that goes with kind")
                    .max_bytes(limits::kUriBytes),
                field("direction", &S::direction, "up: where it came from; down: what came of it"),
                field("to", &S::to, "Only the shortest path to this node")
                    .max_bytes(limits::kUriBytes),
                field("limit", &S::limit, "How many nodes").clamp(1, limits::kTraceRows).alias("n"),
                field("cursor", &S::cursor, "nextCursor of the page before").max_bytes(32),
                field("format", &S::format, "dot and mermaid come as `diagram`")),
            walk_fields<S>());
    }
};

struct TraceOutput {
    std::string root;
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<std::vector<std::string>> paths;
    std::string summary;
    bool truncated = false;
    std::optional<std::string> cursor, diagram;
    std::optional<Format> format;
    template <class S = TraceOutput>
    static auto describe() {
        return fields(
            field("root", &S::root, "The id of the node where the walk began"),
            field("nodes", &S::nodes, "What was reached, nearest first; the root is the first"),
            field("edges", &S::edges, "How it was reached"),
            field("paths", &S::paths, "From the root to each end: ids"),
            field("summary", &S::summary, "The answer in a sentence"),
            field("truncated", &S::truncated, "There is more than the limits let through"),
            field("cursor", &S::cursor, "Give it to see more"),
            field("diagram", &S::diagram, "The picture, when dot or mermaid was asked for"),
            field("format", &S::format, "How it is shown on a terminal"));
    }
};

struct PathInput : WalkInput {
    std::string from, to;
    Direction direction = Direction::both;
    template <class S = PathInput>
    static auto describe() {
        return joined(
            fields(field("from", &S::from, "One end: an id, or kind:name")
                       .required()
                       .positional()
                       .max_bytes(limits::kUriBytes),
                   field("to", &S::to, "The other end")
                       .required()
                       .positional()
                       .max_bytes(limits::kUriBytes),
                   field("direction", &S::direction, "both: edges count either way round")),
            walk_fields<S>());
    }
    PathInput() { mode = Mode::all, max_depth = limits::kTraceDepth; }
};

struct RelatedInput {
    std::optional<std::string> memory_id, node_id, query;
    int limit = 10;
    int max_depth = 2;
    template <class S = RelatedInput>
    static auto describe() {
        return fields(
            field("memoryId", &S::memory_id, "What is related to this memory").format("uuid"),
            field("nodeId", &S::node_id, "… or to this node: an id, or kind:name")
                .positional()
                .max_bytes(limits::kUriBytes),
            field("query", &S::query, "… or to the best memories for this question")
                .max_bytes(limits::kQueryBytes),
            field("limit", &S::limit, "How many").clamp(1, limits::kPage).alias("n"),
            field("maxDepth", &S::max_depth, "How many edges away").clamp(1, 4));
    }
};

struct RelatedNode {
    std::string node_id, kind, label;
    std::vector<std::string> via;
    int distance = 0;
    double score = 0;
    template <class S = RelatedNode>
    static auto describe() {
        return fields(field("nodeId", &S::node_id, "Its id"), field("kind", &S::kind, "Its kind"),
                      field("label", &S::label, "One line about it"),
                      field("via", &S::via, "The edges that lead to it, from the start on"),
                      field("distance", &S::distance, "How many edges away"),
                      field("score", &S::score, "1 at the start; halved by each edge"));
    }
};

struct RelatedOutput {
    std::vector<RelatedNode> results;
    bool truncated = false;
    template <class S = RelatedOutput>
    static auto describe() {
        return fields(field("results", &S::results, "Nearest first"),
                      field("truncated", &S::truncated, "There is more"));
    }
};

struct ExplainInput {
    std::string result_id;
    static auto describe() {
        return fields(
            field("resultId", &ExplainInput::result_id, "What to explain: an id, or kind:name")
                .required()
                .positional()
                .max_bytes(limits::kUriBytes));
    }
};

struct ExplainOutput {
    Node result;
    std::vector<Node> produced_by, sources, superseded_by, remediated_by, verified_by;
    std::vector<std::vector<std::string>> paths;
    std::string summary;
    bool truncated = false;
    template <class S = ExplainOutput>
    static auto describe() {
        return fields(
            field("result", &S::result, "What is explained"),
            field("producedBy", &S::produced_by, "The jobs, steps and artifacts it came from"),
            field("sources", &S::sources, "Whatever else it came from"),
            field("supersededBy", &S::superseded_by, "What took its place"),
            field("remediatedBy", &S::remediated_by, "What mended it"),
            field("verifiedBy", &S::verified_by, "What showed that it, or what mended it, holds"),
            field("paths", &S::paths, "From the result to each of its origins: ids"),
            field("summary", &S::summary, "The answer in a sentence"),
            field("truncated", &S::truncated, "There is more than the limits let through"));
    }
};

struct LinkInput {
    std::string from, to, type;
    std::optional<bool> strict;
    double weight = 1;
    std::optional<json::object> evidence;
    template <class S = LinkInput>
    static auto describe() {
        return fields(
            field("from", &S::from, "Where the edge starts: an id, or kind:name")
                .required()
                .positional()
                .max_bytes(limits::kUriBytes),
            field("to", &S::to, "Where it points")
                .required()
                .positional()
                .max_bytes(limits::kUriBytes),
            field("type", &S::type, "derived_from, depends_on, verified_by, references, …")
                .required()
                .positional()
                .max_bytes(limits::kNameBytes),
            field("strict", &S::strict, "Refuse the link unless its type is (not) strict"),
            field("weight", &S::weight, "How much it says").range(0.001, 1),
            field("evidence", &S::evidence, "Why").max_bytes(limits::kEvidenceBytes));
    }
};

struct LinkOutput {
    bool linked = false;
    Edge edge;
    std::string message;
    template <class S = LinkOutput>
    static auto describe() {
        return fields(field("linked", &S::linked, "The link is there"),
                      field("edge", &S::edge, "The edge"),
                      field("message", &S::message, "What happened"));
    }
};

struct UnlinkInput {
    std::string from, to, type;
    template <class S = UnlinkInput>
    static auto describe() {
        return fields(field("from", &S::from, "Where the edge starts")
                          .required()
                          .positional()
                          .max_bytes(limits::kUriBytes),
                      field("to", &S::to, "Where it points")
                          .required()
                          .positional()
                          .max_bytes(limits::kUriBytes),
                      field("type", &S::type, "Its type")
                          .required()
                          .positional()
                          .max_bytes(limits::kNameBytes));
    }
};

struct UnlinkOutput {
    bool unlinked = false;
    std::string message;
    template <class S = UnlinkOutput>
    static auto describe() {
        return fields(field("unlinked", &S::unlinked, "A link was taken away"),
                      field("message", &S::message, "What happened"));
    }
};

struct RebuildInput {
    bool restart = false;
    static auto describe() {
        return fields(field("restart", &RebuildInput::restart,
                            "Begin anew instead of going on where one was stopped"));
    }
};

struct RebuildOutput {
    std::string run_id;
    bool resumed = false;
    std::int64_t rows = 0, added = 0, removed = 0, edges = 0;
    std::string checksum;
    template <class S = RebuildOutput>
    static auto describe() {
        return fields(field("runId", &S::run_id, "The run"),
                      field("resumed", &S::resumed, "It went on where one was stopped"),
                      field("rows", &S::rows, "Rows of the source tables that were read"),
                      field("added", &S::added, "Edges that were missing"),
                      field("removed", &S::removed, "Edges that no row vouches for"),
                      field("edges", &S::edges, "Edges that rows vouch for"),
                      field("checksum", &S::checksum, "SHA-256 over them, in order"));
    }
};

struct CheckInput {
    static auto describe() { return fields(); }
};

struct CheckOutput {
    bool ok = true;
    std::int64_t edges = 0, vouched = 0, linked = 0, missing = 0, unsupported = 0, out_of_order = 0,
                 nameless = 0;
    std::string checksum;
    int exit_code = 0;
    template <class S = CheckOutput>
    static auto describe() {
        return fields(
            field("ok", &S::ok, "Nothing is wrong"),
            field("edges", &S::edges, "All edges that are there, each looked at"),
            field("vouched", &S::vouched, "Of these, edges that rows vouch for"),
            field("linked", &S::linked, "Of these, edges that somebody linked; both may be true"),
            field("missing", &S::missing, "Edges that a row asks for and that are not there"),
            field("unsupported", &S::unsupported, "Edges that their row does not ask for"),
            field("outOfOrder", &S::out_of_order, "Strict edges that could be part of a cycle"),
            field("nameless", &S::nameless, "Ends of edges that should have a name and have none"),
            field("checksum", &S::checksum, "SHA-256 over the edges that rows vouch for"),
            field("exitCode", &S::exit_code, "0, or 1 when something is wrong"));
    }
};

}  // namespace stele::graph
