#include <fmt/format.h>

#include "operate/smoke/smoke.hpp"

namespace stele::smoke {

std::string render_smoke(const json::value& output) {
    std::string out;
    for (const json::value& step : output.at("steps").as_array()) {
        const std::string_view outcome = step.at("outcome").as_string();
        out += fmt::format("{:<8}{:<16}", outcome, std::string_view(step.at("step").as_string()));
        if (outcome != "skipped")
            out += fmt::format("{:>9.1f} ms  {}", step.at("ms").to_number<double>(),
                               std::string_view(step.at("detail").as_string()));
        while (out.back() == ' ') out.pop_back();
        out += '\n';
    }
    const std::string_view url = output.at("url").as_string();
    if (output.at("exitCode").to_number<int>() == 0) return out + fmt::format("{} is well\n", url);
    out += fmt::format("{} {}\n", url,
                       output.at("reachable").as_bool() ? "is not well" : "cannot be reached");
    if (const std::string_view hint = output.at("hint").as_string(); !hint.empty())
        out += fmt::format("  {}\n", hint);
    return out;
}

}  // namespace stele::smoke
