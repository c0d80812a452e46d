#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cmath>

#include "doors/openapi/components.hpp"
#include "doors/openapi/openapi.hpp"
#include "doors/openapi/page/texts.hpp"
#include "foundation/base/hash.hpp"
#include "foundation/base/json_schema.hpp"
#include "foundation/base/text.hpp"

namespace stele::openapi {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

// What stands between `backticks` is code.
std::string marked(std::string_view text) {
    std::string out;
    bool code = false;
    for (const char c : escaped(text)) {
        if (c != '`') {
            out += c;
            continue;
        }
        out += code ? "</code>" : "<code>";
        code = !code;
    }
    return out;
}

std::string kind_in_words(const json::object& schema) {
    if (const json::value* values = schema.if_contains("enum")) {
        std::string out;
        for (const json::value& value : values->as_array())
            out += (out.empty() ? "" : ", ") + std::string(value.as_string());
        return "one of " + out;
    }
    const json::value* type = schema.if_contains("type");
    if (!type) return "anything";
    if (type->as_string() == "array")
        return "list of: " + kind_in_words(schema.at("items").as_object());
    if (const json::value* format = schema.if_contains("format"))
        return std::string(format->as_string());
    return std::string(type->as_string());
}

// "integer, 1 to 100, default 10"
std::string type_in_words(const reflect::FieldInfo& field) {
    const json::object schema = reflect::field_schema(field, true);
    const reflect::Rules& rules = field.rules;
    const bool lo = std::isfinite(rules.min), hi = std::isfinite(rules.max);
    std::string out = kind_in_words(schema);
    if (lo && hi) out += fmt::format(", {} to {}", rules.min, rules.max);
    if (lo && !hi) out += fmt::format(", at least {}", rules.min);
    if (hi && !lo) out += fmt::format(", at most {}", rules.max);
    if (rules.clamp) out += " (more counts as the most)";
    const json::value* value = schema.if_contains("default");
    const bool says_something = value && !value->is_object() && !value->is_array() &&
                                *value != json::value(false) && !field.rules.secret;
    if (says_something)
        out += ", default " +
               (value->is_string() ? std::string(value->get_string()) : serialize(*value));
    return out;
}

// A row for each field; those of a nested struct follow it as "memories[].content". An answer's
// fields are no words that somebody looks for an operation by.
void add_rows(std::string& out, const reflect::Shape& shape, const std::string& prefix,
              bool input) {
    for (const reflect::FieldInfo& field : shape.fields) {
        const bool list = field.shape->kind == reflect::Kind::array;
        const std::string name = prefix + std::string(field.name) + (list ? "[]" : "");
        out +=
            fmt::format("<tr><td><code{}>{}</code>{}</td><td>{}</td><td>{}</td></tr>\n",
                        input ? " class=\"find\"" : "", name,
                        input && field.rules.required ? " <b>required</b>" : "",
                        escaped(input ? type_in_words(field)
                                      : kind_in_words(reflect::json_schema(*field.shape, false))),
                        escaped(field.doc));
        add_rows(out, list ? *field.shape->items : *field.shape, name + ".", input);
    }
}

std::string table(const runtime::Operation& op, const reflect::Shape& shape, bool input) {
    if (shape.fields.empty())
        return input ? "<p class=\"dim\">It is asked nothing: <code>{}</code>.</p>\n" : "";
    std::string rows;
    add_rows(rows, shape, "", input);
    return fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{0} of {1}\"><table>"
        "<thead><tr><th scope=\"col\">{2}</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning"
        "</th></tr></thead>\n<tbody>\n{3}</tbody></table></div>\n",
        input ? "Input" : "Answer", op.name, input ? "Field" : "Answer", rows);
}

std::string examples(const runtime::Operation& op) {
    std::string out = "<h4>Examples</h4>\n";
    for (const runtime::Example& example : op.examples) {
        std::string lines = fmt::format("curl -s http://127.0.0.1:7600{} -d {}", op.http_path(),
                                        shell_quoted(serialize(example.input)));
        if (op.doors & runtime::kCli) lines += "\n" + runtime::command_line(op, example.input);
        out += fmt::format(
            "<p class=\"dim\">{0}</p><pre tabindex=\"0\" role=\"group\" aria-label=\"Example: {0}"
            "\">{1}</pre>\n",
            escaped(example.title), escaped(lines));
    }
    return out;
}

std::string ways(const runtime::Operation& op) {
    std::string out = fmt::format("<li><code>POST {}</code></li>", op.http_path());
    for (const runtime::Route& route : op.routes)
        out += fmt::format("<li><code>{} {}</code></li>", route.method, escaped(route.path));
    if (op.doors & runtime::kCli)
        out += fmt::format("<li><code>stele {}</code></li>", op.cli_words());
    if (op.doors & runtime::kMcp)
        out += fmt::format("<li>tool <code>{}</code></li>", op.tool_name());
    return "<ul class=\"ways\">" + out + "</ul>\n";
}

constexpr std::string_view kEffects[] = {"read", "write", "destructive"};

std::string entry(const runtime::Operation& op) {
    const std::string_view effect = kEffects[std::size_t(op.effect)];
    return fmt::format(
               "<details class=\"op\" id=\"{0}\"><summary><h3 class=\"find\">{0}</h3>"
               "<span class=\"find\">{1}</span> <span class=\"effect {2}\">{2}</span>"
               "</summary><div>\n<p class=\"find\">{3}</p>\n{4}<p>{5}</p>\n",
               op.name, escaped(op.summary), effect, escaped(op.description), ways(op),
               marked(scopes_in_words(op))) +
           table(op, *op.input, true) + examples(op) +
           fmt::format(
               "<div class=\"try\" data-path=\"{}\" data-effect=\"{}\" data-example=\"{}\">"
               "</div>\n",
               op.http_path(), effect, escaped(serialize(op.examples.front().input))) +
           table(op, *op.output, false) + "</div></details>\n";
}

// The domains, in the order in which their first operations were registered.
std::vector<std::string> domains_of(const runtime::Registry& registry) {
    std::vector<std::string> out;
    for (const runtime::Operation& op : registry.all())
        if ((op.doors & runtime::kHttp) && std::ranges::find(out, op.domain()) == out.end())
            out.push_back(op.domain());
    return out;
}

std::string replaced(std::string text, std::string_view mark, std::string_view with) {
    return text.replace(text.find(mark), mark.size(), with);
}

// 'sha256-…': a script or style of exactly these bytes.
std::string source_of(std::string_view text) {
    const std::string digest = sha256_raw(text);
    std::string base64(45, '\0');  // of 32 bytes, and the NUL that it writes at the end
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()),
                    reinterpret_cast<const unsigned char*>(digest.data()), int(digest.size()));
    base64.pop_back();
    return "'sha256-" + base64 + "'";
}

}  // namespace

DocsPage docs_page(const runtime::Registry& registry, const std::string& version) {
    std::string index, groups;
    std::size_t count = 0;
    for (const std::string& domain : domains_of(registry)) {
        std::string entries;
        std::size_t own = 0;
        for (const runtime::Operation& op : registry.all())
            if ((op.doors & runtime::kHttp) && op.domain() == domain) {
                entries += entry(op);
                ++own;
            }
        count += own;
        index += fmt::format("<li><a href=\"#{0}\">{0}</a> <span class=\"dim\">{1}</span></li>\n",
                             domain, own);
        groups += fmt::format(
            "<section id=\"{0}\" aria-labelledby=\"group-{0}\"><h2 id=\"group-{0}"
            "\">{0}</h2>\n{1}</section>\n",
            domain, entries);
    }
    std::string html(texts::page_html);
    for (int i = 0; i < 2; ++i) html = replaced(std::move(html), "{{version}}", escaped(version));
    html = replaced(std::move(html), "{{count}}", std::to_string(count));
    html = replaced(std::move(html), "{{css}}", texts::page_css);
    html = replaced(std::move(html), "{{js}}", texts::page_js);
    html = replaced(std::move(html), "{{index}}", index);
    html = replaced(std::move(html), "{{groups}}", groups);
    return {std::move(html),
            fmt::format("default-src 'none'; script-src {}; style-src {}; img-src data:; "
                        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                        "frame-ancestors 'none'; require-trusted-types-for 'script'; "
                        "trusted-types 'none'",
                        source_of(texts::page_js), source_of(texts::page_css))};
}

}  // namespace stele::openapi
