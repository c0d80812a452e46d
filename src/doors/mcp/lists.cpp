// The four lists of a catalog, page by page.
#include <algorithm>
#include <charconv>

#include "doors/mcp/params.hpp"
#include "doors/mcp/session.hpp"

namespace stele::mcp {

// A cursor is the index of the next entry: catalogs do not change while they are served.
template <class Item, class Describe>
json::object Session::list(const runtime::Caller& caller, const std::vector<Item>& items,
                           std::string_view key, const json::object& params,
                           Describe describe) const {
    std::size_t begin = 0;
    if (const json::value* cursor = params.if_contains("cursor")) {
        const json::string* text = cursor->if_string();
        const char* end = text ? text->data() + text->size() : nullptr;
        const auto parsed = text ? std::from_chars(text->data(), end, begin)
                                 : std::from_chars_result{nullptr, std::errc::invalid_argument};
        if (parsed.ec != std::errc{} || parsed.ptr != end || begin >= items.size())
            throw Error(Code::invalid_argument,
                        "params.cursor: not a nextCursor that this server gave");
    }
    json::array page;
    std::size_t end = begin;
    for (; end < items.size() && page.size() < options_.page; ++end)
        if (items[end].needs.met_by(caller) && offers(items[end]))
            page.push_back(describe(items[end]));
    json::object out{{key, std::move(page)}};
    if (end < items.size()) out["nextCursor"] = std::to_string(end);
    return out;
}

json::object Session::list_tools(const runtime::Caller& caller, const json::object& params) {
    const bool annotated = at_least("2025-03-26");
    const bool structured = at_least("2025-06-18");
    return list(caller, catalog_->tools, "tools", params, [&](const Tool& tool) {
        json::object out{{"name", tool.name}};
        if (structured) put(out, "title", tool.title);
        put(out, "description", tool.description);
        out["inputSchema"] = tool.input_schema;
        if (structured && tool.output_schema) out["outputSchema"] = *tool.output_schema;
        if (annotated && !tool.annotations.empty()) out["annotations"] = tool.annotations;
        return out;
    });
}

json::object Session::list_resources(const runtime::Caller& caller, const json::object& params) {
    return list(caller, catalog_->resources, "resources", params, [](const Resource& resource) {
        json::object out{{"uri", resource.uri}, {"name", resource.name}};
        put(out, "title", resource.title);
        put(out, "description", resource.description);
        put(out, "mimeType", resource.mime_type);
        return out;
    });
}

json::object Session::list_templates(const runtime::Caller& caller, const json::object& params) {
    return list(caller, catalog_->templates, "resourceTemplates", params,
                [](const ResourceTemplate& t) {
                    json::object out{{"uriTemplate", t.uri_template}, {"name", t.name}};
                    put(out, "title", t.title);
                    put(out, "description", t.description);
                    put(out, "mimeType", t.mime_type);
                    return out;
                });
}

json::object Session::list_prompts(const runtime::Caller& caller, const json::object& params) {
    return list(caller, catalog_->prompts, "prompts", params, [](const Prompt& prompt) {
        json::object out{{"name", prompt.name}};
        put(out, "title", prompt.title);
        put(out, "description", prompt.description);
        json::array arguments;
        for (const PromptArgument& argument : prompt.arguments) {
            json::object item{{"name", argument.name}};
            put(item, "description", argument.description);
            item["required"] = argument.required;
            arguments.push_back(std::move(item));
        }
        if (!arguments.empty()) out["arguments"] = std::move(arguments);
        return out;
    });
}

}  // namespace stele::mcp
