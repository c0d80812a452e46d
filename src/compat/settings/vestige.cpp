// vestige.toml: docs/guides/from-vestige.md.
#include <fmt/format.h>

#include "compat/settings/settings.hpp"
#include "compat/settings/translate.hpp"
#include "foundation/base/error.hpp"

namespace stele::compat {

namespace {

void check_backend(json::object& settings) {
    const auto backend = take(settings, "storage.backend");
    if (!backend || text_of(*backend, "storage.backend") == "postgres") return;
    throw Error(Code::configuration,
                fmt::format("storage.backend: \"{}\": everything is kept in PostgreSQL",
                            text_of(*backend, "storage.backend")),
                "write postgres, and bring the old file's memories over with `stele import`");
}

// Seconds there, milliseconds here.
void move_seconds(json::object& settings, std::string_view from, std::string_view to) {
    auto value = take(settings, from);
    if (!value) return;
    if (!value->is_number())
        throw Error(Code::configuration, fmt::format("{}: expected a number of seconds", from));
    put(settings, to, std::int64_t(value->to_number<double>() * 1000), from);
}

void check_embeddings(json::object& settings, std::vector<std::string>& notes) {
    const auto provider = take(settings, "embeddings.provider");
    if (provider && text_of(*provider, "embeddings.provider") != "fastembed")
        throw Error(Code::configuration,
                    fmt::format("embeddings.provider: \"{}\" is not known",
                                text_of(*provider, "embeddings.provider")),
                    "fastembed is the built-in model here; embedding.kind = \"endpoint\" is any "
                    "OpenAI-compatible endpoint");
    if (provider) put(settings, "embedding.kind", "builtin", "embeddings.provider");
    leave_out(settings, "embeddings.model",
              "the built-in model is all-MiniLM-L6-v2; another one is a directory named by "
              "embedding.modelDir",
              notes);
}

void translate_vestige(json::object& settings, std::vector<std::string>& notes) {
    check_backend(settings);
    move(settings, "storage.postgres.url", "database.url");
    move(settings, "storage.postgres.max_connections", "database.poolSize");
    move_seconds(settings, "storage.postgres.acquire_timeout_secs", "database.acquireTimeoutMs");
    leave_out(settings, "storage.postgres.fts.language", "words are analysed here", notes);
    check_embeddings(settings, notes);
    for (const char* key : {"defaults.profile", "defaults.detail_level", "defaults.limit"})
        leave_out(settings, key, "tools have defaults of their own", notes);
    // Stele has a section of the first name itself; theirs is reserved and held nothing.
    leave_out(settings, "auth", "reserved", notes);
}

}  // namespace

runtime::ForeignNames vestige() {
    return {translate_vestige, "", {}};
}

}  // namespace stele::compat
