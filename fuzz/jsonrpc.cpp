// JSON-RPC messages, alone and in a batch; the id of what is none.
#include "doors/mcp/jsonrpc.hpp"

#include "fuzz.hpp"

using namespace stele;

namespace {

void parse(const json::value& value) {
    const mcp::Parsed parsed = mcp::parse_message(value);
    fuzz::require(!(parsed.message && parsed.refusal), "a message or a refusal");
    if (parsed.refusal) serialize(*parsed.refusal);
    if (!parsed.message || parsed.message->kind != mcp::Message::Kind::request) return;
    const json::value& id = parsed.message->id;
    fuzz::require(id.is_string() || id.is_number(), "a request has an id");
    serialize(mcp::make_error(id, Error(Code::invalid_argument, parsed.message->method)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const json::value id = mcp::request_id_in(fuzz::text_of(data, size));
    fuzz::require(id.is_null() || id.is_string() || id.is_number(), "an id, or none");
    json::value value;
    if (!fuzz::accepts([&] { value = parse_json(fuzz::text_of(data, size), "input"); })) return 0;
    parse(value);
    if (value.is_array())
        for (const json::value& one : value.get_array()) parse(one);
    return 0;
}
