#include "knowledge/memory/labels.hpp"

#include "knowledge/retrieval/lexical.hpp"

namespace stele::memory {

using retrieval::label_of;

std::vector<std::int32_t> labels_of(const Labelled& labelled) {
    std::vector<std::int32_t> labels{
        label_of("category", labelled.category), label_of("type", labelled.type),
        label_of("source", labelled.source), label_of("scope", labelled.scope)};
    for (const std::string& tag : labelled.tags) labels.push_back(label_of("tag", tag));
    return labels;
}

pg::SparseVector lexemes_of(const std::string& content, const Labelled& labelled) {
    return retrieval::labelled(retrieval::document_weights(content), labels_of(labelled));
}

retrieval::LabelGroups groups_of(const FilterParams& filter) {
    retrieval::LabelGroups out;
    const auto one = [&](std::string_view field, const std::optional<std::string>& value) {
        if (value) out.push_back({label_of(field, *value)});
    };
    one("category", filter.category);
    one("type", filter.type);
    one("source", filter.source);
    for (const std::string& tag : filter.all_tags.value_or(std::vector<std::string>{}))
        out.push_back({label_of("tag", tag)});
    const auto any = [&](std::string_view field,
                         const std::optional<std::vector<std::string>>& values) {
        if (!values) return;
        std::vector<std::int32_t>& group = out.emplace_back();
        for (const std::string& value : *values) group.push_back(label_of(field, value));
    };
    any("tag", filter.tags);
    any("scope", filter.scopes);
    return out;
}

}  // namespace stele::memory
