// The ingest policy: what is done when a memory to be stored holds what looks like a secret.
#pragma once

#include <optional>
#include <vector>

#include "knowledge/memory/requests.hpp"
#include "runtime/context.hpp"

namespace stele::memory {

using SecretsFound = std::optional<std::vector<SecretFound>>;

// What looks like a secret, by field and kind, never the value; nothing when there is none or the
// setting memory.secrets is keep. Throws Error(invalid_argument) that names the fields when it is
// refuse.
SecretsFound judge_secrets(const runtime::Context& context, const StoreInput& input);
SecretsFound judge_secrets(const runtime::Context& context, const StoreBatchInput& input);
SecretsFound judge_secrets(const runtime::Context& context, const UpdateInput& input);

}  // namespace stele::memory
