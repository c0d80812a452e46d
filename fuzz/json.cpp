// JSON text: what is accepted is written, read again and the same. Texts are compared: -2.5e3 is
// written as -2500, the same number of another C++ type.
#include "foundation/base/json.hpp"

#include "fuzz.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    json::value value;
    if (!fuzz::accepts([&] { value = parse_json(fuzz::text_of(data, size), "input"); })) return 0;
    const std::string written = serialize(value);
    fuzz::require(serialize(parse_json(written, "written")) == written,
                  "what is written reads the same");
    fuzz::require(serialize(parse_json(pretty(value), "pretty")) == written,
                  "indented, it reads the same");
    fuzz::require(written.find('\n') == written.npos, "one line");
    return 0;
}
