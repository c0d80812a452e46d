#include <fmt/format.h>

#include <map>
#include <set>

#include "foundation/base/text.hpp"
#include "knowledge/graph/answers.hpp"

namespace stele::graph {

namespace {

constexpr std::size_t kCaptionBytes = 60;

std::string caption(const Node& node) {
    return node.kind + ": " + (node.label.empty() ? node.ref_id : node.label);
}

// A DOT string: quotes and backslashes are escaped, everything else stands for itself.
std::string dot_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : excerpt(text, kCaptionBytes)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

// Mermaid has no escape but entities, and reads Markdown and HTML inside its quotes.
std::string mermaid_text(std::string_view text) {
    static constexpr std::string_view kMarks = "\"#<>&`;{}[]()|*_\\";
    std::string out = "\"";
    for (const char c : excerpt(text, kCaptionBytes))
        if (kMarks.find(c) != std::string_view::npos)
            out += fmt::format("#{};", int(c));
        else
            out += c;
    return out + "\"";
}

// The children of each node: what a node led to first.
struct Tree {
    std::map<std::string, std::vector<std::pair<const Edge*, const Node*>>> children;

    explicit Tree(const TraceOutput& trace) {
        std::map<std::string, const Node*> nodes;
        for (const Node& node : trace.nodes) nodes[node.id] = &node;
        std::set<std::string> placed{trace.root};
        // Nodes come nearest first and edges in the order in which they led to something new.
        for (const Edge& edge : trace.edges)
            for (const auto& [at, other] :
                 {std::pair(&edge.from, &edge.to), std::pair(&edge.to, &edge.from)}) {
                const auto parent = nodes.find(*at), child = nodes.find(*other);
                if (parent == nodes.end() || child == nodes.end()) continue;
                if (child->second->depth <= parent->second->depth) continue;
                if (placed.insert(*other).second) children[*at].emplace_back(&edge, child->second);
            }
    }
};

void grow(const Tree& tree, const std::string& id, const std::string& indent, std::string& out) {
    const auto found = tree.children.find(id);
    if (found == tree.children.end()) return;
    for (std::size_t i = 0; i < found->second.size(); ++i) {
        const auto& [edge, node] = found->second[i];
        const bool last = i + 1 == found->second.size();
        const bool outward = edge->from == id;
        out += fmt::format("{}{}{} {} {}", indent, last ? "└─ " : "├─ ", edge->type,
                           outward ? "→" : "←", caption(*node));
        if (node->ref_id == node->id) out += "  " + node->id;
        out += "\n";
        grow(tree, node->id, indent + (last ? "   " : "│  "), out);
    }
}

}  // namespace

std::string draw_tree(const TraceOutput& trace) {
    if (trace.nodes.empty()) return "Nothing found.\n";
    std::string out = fmt::format("{}  {}\n", caption(trace.nodes.front()), trace.root);
    grow(Tree(trace), trace.root, "", out);
    out += trace.summary + "\n";
    if (trace.cursor) out += fmt::format("More: --cursor {}\n", *trace.cursor);
    return out;
}

std::string draw_dot(const TraceOutput& trace) {
    std::string out = "digraph stele {\n  rankdir=LR;\n  node [shape=box];\n";
    for (const Node& node : trace.nodes)
        out += fmt::format("  \"{}\" [label={}];\n", node.id, dot_text(caption(node)));
    for (const Edge& edge : trace.edges)
        out += fmt::format("  \"{}\" -> \"{}\" [label={}{}];\n", edge.from, edge.to,
                           dot_text(edge.type), edge.strict ? "" : ", style=dashed");
    return out + "}\n";
}

std::string draw_mermaid(const TraceOutput& trace) {
    std::string out = "flowchart LR\n";
    std::map<std::string, std::size_t> numbers;
    const auto number = [&](const std::string& id) {
        return numbers.emplace(id, numbers.size()).first->second;
    };
    for (const Node& node : trace.nodes)
        out += fmt::format("  n{}[{}]\n", number(node.id), mermaid_text(caption(node)));
    for (const Edge& edge : trace.edges) {
        // An end that stands on another page has no box yet.
        for (const std::string& id : {edge.from, edge.to})
            if (!numbers.contains(id))
                out += fmt::format("  n{}[{}]\n", number(id), mermaid_text(id));
        out += fmt::format("  n{} {}|{}| n{}\n", number(edge.from), edge.strict ? "-->" : "-.->",
                           edge.type, number(edge.to));
    }
    return out;
}

}  // namespace stele::graph
