#include "knowledge/memory/secrets.hpp"

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "foundation/base/redact_json.hpp"
#include "runtime/settings.hpp"

namespace stele::memory {

namespace {

constexpr std::size_t kNamed = 20;  // findings of one call; beyond that they are not listed

// Looks through the fields of what is to be stored.
class SecretCollector {
  public:
    void text(const std::string& field, std::string_view words) {
        for (const SecretSpan& span : find_secrets(words)) add(field, span.kind);
    }
    void texts(const std::string& field, const std::vector<std::string>& list) {
        for (std::size_t i = 0; i < list.size(); ++i)
            text(fmt::format("{}[{}]", field, i), list[i]);
    }
    void value(const std::string& field, const json::value& held) {
        if (const json::string* words = held.if_string()) {
            text(field, *words);
        } else if (const json::array* array = held.if_array()) {
            for (const json::value& item : *array) value(field, item);
        } else if (const json::object* object = held.if_object()) {
            for (const auto& member : *object) {
                const json::string* one = member.value().if_string();
                if (one && is_secret_member(member.key(), *one))
                    add(field, "value of a secret's name");
                else
                    value(field, member.value());
            }
        }
    }
    void memory(const std::string& prefix, const StoreInput& input) {
        text(prefix + "content", input.content);
        texts(prefix + "tags", input.tags);
        value(prefix + "metadata", input.metadata);
        if (input.source_uri) text(prefix + "sourceUri", *input.source_uri);
    }

    SecretsFound found() && {
        if (found_.empty()) return std::nullopt;
        return std::move(found_);
    }

  private:
    // Each field and kind once.
    void add(const std::string& field, std::string_view kind) {
        if (found_.size() == kNamed) return;
        for (const SecretFound& one : found_)
            if (one.field == field && one.kind == kind) return;
        found_.push_back({field, std::string(kind)});
    }

    std::vector<SecretFound> found_;
};

SecretsFound judged(runtime::SecretPolicy policy, SecretCollector collector) {
    SecretsFound found = std::move(collector).found();
    if (!found || policy != runtime::SecretPolicy::refuse) return found;
    std::string message;
    for (const SecretFound& one : *found)
        message += fmt::format("{}{}: looks like a secret ({})", message.empty() ? "" : "; ",
                               one.field, one.kind);
    throw Error(Code::invalid_argument, message,
                "name where the secret is kept instead; the setting memory.secrets decides");
}

}  // namespace

SecretsFound judge_secrets(const runtime::Context& context, const StoreInput& input) {
    const runtime::SecretPolicy policy = context.settings.memory.secrets;
    if (policy == runtime::SecretPolicy::keep) return std::nullopt;
    SecretCollector collector;
    collector.memory("", input);
    return judged(policy, std::move(collector));
}

SecretsFound judge_secrets(const runtime::Context& context, const StoreBatchInput& input) {
    const runtime::SecretPolicy policy = context.settings.memory.secrets;
    if (policy == runtime::SecretPolicy::keep) return std::nullopt;
    SecretCollector collector;
    for (std::size_t i = 0; i < input.memories.size(); ++i)
        collector.memory(fmt::format("memories[{}].", i), input.memories[i]);
    return judged(policy, std::move(collector));
}

SecretsFound judge_secrets(const runtime::Context& context, const UpdateInput& input) {
    const runtime::SecretPolicy policy = context.settings.memory.secrets;
    if (policy == runtime::SecretPolicy::keep) return std::nullopt;
    SecretCollector collector;
    if (input.content) collector.text("content", *input.content);
    if (input.tags) collector.texts("tags", *input.tags);
    if (input.metadata) collector.value("metadata", *input.metadata);
    return judged(policy, std::move(collector));
}

}  // namespace stele::memory
