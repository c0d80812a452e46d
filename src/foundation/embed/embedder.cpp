#include "foundation/embed/embedder.hpp"

#include <algorithm>

#include "foundation/base/error.hpp"
#include "foundation/embed/builtin.hpp"
#include "foundation/embed/endpoint.hpp"
#include "foundation/embed/query_cache.hpp"

namespace stele::embed {

namespace {

std::filesystem::path model_dir(const Settings& settings) {
    if (!settings.model_dir.empty()) return settings.model_dir;
    if (auto found = find_model_dir()) return *found;
    throw Error(
        Code::configuration, "the built-in embedding model is not installed",
        "run ./script/fetch-model, or set embedding.kind to \"none\" to search by words only");
}

std::shared_ptr<Embedder> make_bare(const Settings& settings) {
    if (settings.kind == Kind::endpoint) return std::make_shared<EndpointEmbedder>(settings);
    return std::make_shared<BuiltinEmbedder>(read_model_dir(model_dir(settings)));
}

}  // namespace

bool is_unreadable(std::span<const float> vector) {
    return std::ranges::all_of(vector, [](float value) { return value == 0; });
}

std::shared_ptr<Embedder> make_embedder(const Settings& settings) {
    if (settings.kind == Kind::none) return nullptr;
    auto embedder = make_bare(settings);
    if (settings.query_cache_entries == 0) return embedder;
    return std::make_shared<QueryCache>(std::move(embedder), settings.query_cache_entries);
}

}  // namespace stele::embed
