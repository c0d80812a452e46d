#include <fmt/format.h>

#include <map>

#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/base/text.hpp"

namespace stele::reference {

namespace {

constexpr std::size_t kOneLine = 60;  // bytes of JSON that stand in one line

std::string_view effect_of(const runtime::Operation& op) {
    switch (op.effect) {
        case runtime::Effect::read:
            return "reads";
        case runtime::Effect::write:
            return "writes";
        case runtime::Effect::destructive:
            return "destroys";
    }
    return "";
}

std::string rights_of(const runtime::Operation& op) {
    std::string out(effect_of(op));
    if (op.idempotent) out += "; the same call again changes nothing more";
    if (op.any_caller)
        out += "; needs no scope";
    else
        out += fmt::format("; needs `{}`", fmt::join(op.scopes, "`, `"));
    if (op.across_tenants) out += "; for callers that may choose their tenant";
    if (op.hook) out += "; `hooks.token` opens it too";
    if (op.body_bytes != limits::kBodyBytes)
        out += fmt::format("; body up to {}", bytes(op.body_bytes));
    return out + ".";
}

std::string routes_of(const runtime::Operation& op) {
    std::string out = fmt::format("`POST {}`", op.http_path());
    for (const runtime::Route& route : op.routes) {
        out += fmt::format(", `{} {}`", route.method, route.path);
        if (route.stream) out += " (an event stream)";
        if (!route.when.empty()) out += fmt::format(" (with `{}`)", route.when);
    }
    return out;
}

std::string example_of(const runtime::Operation& op, const runtime::Example& example) {
    std::string body = serialize(example.input);
    if (body.size() > kOneLine) body = pretty(example.input);
    return fmt::format("{}:\n\n```sh\ncurl -s http://127.0.0.1:7600{} -d {}\n```\n\n",
                       prose(example.title), op.http_path(), shell_quoted(body));
}

std::string section(const runtime::Operation& op) {
    std::string out = fmt::format("### {}\n\n{}\n\n", op.name,
                                  prose(fmt::format("{}. {}", op.summary, op.description)));
    out += item(routes_of(op)) + item("It " + rights_of(op)) + "\n";
    if (!op.input->fields.empty()) out += "Input:\n\n" + field_list(*op.input, true) + "\n";
    if (!op.output->fields.empty()) out += "Output:\n\n" + field_list(*op.output, false) + "\n";
    for (const runtime::Example& example : op.examples) out += example_of(op, example);
    return out;
}

constexpr std::string_view kHttpIntroduction =
    "Every operation is `POST /v1/<domain>/<verb>` with a JSON body. Some have further routes: "
    "fields in the path are in braces; the other fields come from the query string (GET, DELETE) "
    "or from the body.\n\n"
    "A text without a bound of its own takes 64 KiB, a list 1,000 items. What goes wrong is "
    "`application/problem+json`: see [errors](errors.md). Who may call: "
    "see [authentication](../guides/authentication.md). The same as an OpenAPI 3.1 document: "
    "`GET /openapi.json`.";

}  // namespace

std::string http_page(const Sources& sources) {
    std::map<std::string, std::string> domains;
    for (const runtime::Operation& op : sources.registry.all())
        if (op.doors & runtime::kHttp) domains[op.domain()] += section(op);
    std::string out = title("HTTP", "http") + prose(kHttpIntroduction) + "\n\n";
    std::string index = "Domains:";
    for (const auto& [domain, text] : domains) index += fmt::format(" [{0}](#{0}),", domain);
    index.back() = '.';
    out += prose(index) + "\n\n";
    for (const auto& [domain, text] : domains) out += fmt::format("## {}\n\n{}", domain, text);
    out.pop_back();
    return out;
}

}  // namespace stele::reference
