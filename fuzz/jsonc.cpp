// People's settings files with comments: an edit changes one member, and keeps the rest.
#include "operate/setup/jsonc.hpp"

#include "fuzz.hpp"

using namespace stele;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    json::value before;
    const bool good = fuzz::accepts([&] { before = ops::parse_jsonc(text, "input"); });
    std::string edited;
    const json::value server = json::object{{"command", "stele"}};
    if (!fuzz::accepts([&] { edited = ops::with_member(text, {"a", "b"}, server, "input"); }))
        return 0;
    const json::value after = ops::parse_jsonc(edited, "edited");
    fuzz::require(after.at("a").at("b") == server, "the member is there");
    fuzz::require(ops::with_member(edited, {"a", "b"}, server, "again") == edited,
                  "once is enough");
    ops::line_diff(text, edited);
    if (!good || !before.is_object()) return 0;
    for (const auto& [name, value] : before.get_object())
        if (name != "a") fuzz::require(after.at(name) == value, "the others stay as they were");
    return 0;
}
