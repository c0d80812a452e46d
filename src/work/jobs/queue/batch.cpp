#include "work/jobs/queue/batch.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "foundation/base/error.hpp"
#include "foundation/base/json_text.hpp"

namespace stele::jobs {

namespace {

constexpr std::string_view kItems = "jobs[";

// "jobs[3].output" → 3
std::optional<std::size_t> index_in(std::string_view path) {
    if (!path.starts_with(kItems)) return std::nullopt;
    std::size_t out = 0;
    const auto [end, error] =
        std::from_chars(path.data() + kItems.size(), path.data() + path.size(), out);
    const bool whole = error == std::errc() && end != path.data() + path.size() && *end == ']';
    return whole ? std::optional(out) : std::nullopt;
}

// What is wrong, by item; nothing when something else is wrong too.
std::map<std::size_t, std::string> problems_by_item(const Error& error) {
    const json::value* list = error.details().if_contains("errors");
    if (!list || !list->is_array()) return {};
    std::map<std::size_t, std::string> out;
    for (const json::value& one : list->get_array()) {
        const std::string path = text_of(one.as_object(), "path");
        const auto index = index_in(path);
        if (!index) return {};
        std::string& text = out[*index];
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", path,
                            text_of(one.as_object(), "message"));
    }
    return out;
}

}  // namespace

std::vector<Refused> take_out_refused(json::value& input, const Error& error) {
    const auto problems = problems_by_item(error);
    json::value* items = input.is_object() ? input.get_object().if_contains("jobs") : nullptr;
    if (problems.empty() || !items || !items->is_array() ||
        problems.size() >= items->get_array().size())
        throw error;
    std::vector<Refused> out;
    json::array kept;
    for (std::size_t i = 0; i < items->get_array().size(); ++i) {
        json::value& item = items->get_array()[i];
        const auto problem = problems.find(i);
        if (problem == problems.end()) {
            kept.push_back(std::move(item));
            continue;
        }
        Refused one{int(i), std::nullopt, problem->second};
        if (item.is_object())
            if (const std::string id = text_of(item.get_object(), "id"); Uuid::parse(id))
                one.id = id;
        out.push_back(std::move(one));
    }
    *items = std::move(kept);
    return out;
}

}  // namespace stele::jobs
