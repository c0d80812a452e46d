// Redaction: again it changes nothing more, and a quick look misses nothing.
#include "foundation/base/redact.hpp"

#include "foundation/base/json.hpp"
#include "foundation/base/redact_json.hpp"
#include "fuzz.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const std::string once = redact(text);
    fuzz::require(redact(once) == once, "redaction is idempotent");
    if (!may_hold_secret(text)) fuzz::require(once == text, "the quick look sees every mark");
    json::value value;
    if (fuzz::accepts([&] { value = parse_json(text, "input"); }))
        parse_json(serialize_redacted(value), "redacted");
    return 0;
}
