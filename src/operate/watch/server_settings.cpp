#include "operate/watch/server_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "foundation/base/error.hpp"
#include "foundation/base/text.hpp"
#include "foundation/pg/database.hpp"
#include "operate/cluster/cluster_settings.hpp"
#include "operate/watch/sql.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

namespace {

struct Unit {
    std::string_view name;  // lower case
    double factor;          // in bytes, or in milliseconds
};
constexpr std::array kUnits{
    Unit{"b", 1},        Unit{"kb", 0x1p10},   Unit{"8kb", 0x1p13},  Unit{"mb", 0x1p20},
    Unit{"gb", 0x1p30},  Unit{"tb", 0x1p40},   Unit{"k", 0x1p10},    Unit{"m", 0x1p20},
    Unit{"g", 0x1p30},   Unit{"t", 0x1p40},    Unit{"kib", 0x1p10},  Unit{"mib", 0x1p20},
    Unit{"gib", 0x1p30}, Unit{"tib", 0x1p40},  Unit{"ms", 1},        Unit{"s", 1000},
    Unit{"min", 60'000}, Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};

std::optional<double> factor_of(std::string_view unit) {
    if (unit.empty()) return 1;
    const std::string name = lower_ascii(unit);
    const auto* const found = std::ranges::find(kUnits, name, &Unit::name);
    return found == kUnits.end() ? std::nullopt : std::optional(found->factor);
}

// "256MB" as bytes, "1s" as milliseconds, "1.1" as it is; nothing for what is no number.
std::optional<double> amount(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    const auto factor = factor_of(trim(text.substr(std::size_t(end - text.data()))));
    return factor ? std::optional(number * *factor) : std::nullopt;
}

bool means_the_same(const std::string& wanted, const std::string& setting,
                    const std::string& unit) {
    const auto ours = amount(wanted), theirs = amount(setting);
    // wal_compression has a method, and "on" is the server's name for the first one.
    if (!ours || !theirs) return wanted == setting || (wanted == "on" && setting == "pglz");
    return std::abs(*ours - *theirs * factor_of(unit).value_or(1)) < 1e-9;
}

std::uint64_t bytes_of(const std::string& memory) {
    constexpr double kLeast = 0x1p27, kMost = 0x1p44;  // 128 MB to 16 TB
    const auto bytes = amount(memory);
    if (!bytes || !(*bytes >= kLeast && *bytes <= kMost))
        throw Error(
            Code::invalid_argument,
            fmt::format("memory: \"{}\" is not a size between 128m and 16t", excerpt(memory, 32)),
            "for example --memory 1g");
    return std::uint64_t(*bytes);
}

ops::Machine machine_of(const SettingsInput& input) {
    ops::Machine out = ops::this_machine();
    if (input.processors) out.processors = *input.processors;
    if (input.memory.empty()) return out;
    out.memory_bytes = bytes_of(input.memory);
    out.dedicated = !input.shared;
    out.shared_bytes = ops::wanted_shared_bytes(out);
    return out;
}

void compare(pg::Database& db, Deadline deadline, SettingsOutput& out) {
    std::vector<std::string> names;
    for (const ServerSetting& one : out.settings) names.push_back(one.name);
    for (const pg::Row row : db.untenanted(deadline, sql::server_settings, names)) {
        const auto name = row.get<std::string>(0);
        const auto one = std::ranges::find(out.settings, name, &ServerSetting::name);
        one->server = row.get<std::string>(1);
        one->same = means_the_same(one->value, row.get<std::string>(2), row.get<std::string>(3));
        one->needs_restart = row.get<bool>(4);
    }
    out.compared = true;
}

}  // namespace

SettingsOutput server_settings(pg::Database& db, const SettingsInput& input, Deadline deadline) {
    const ops::Machine machine = machine_of(input);
    SettingsOutput out;
    out.memory_bytes = std::int64_t(machine.memory_bytes);
    out.processors = machine.processors;
    out.shared = !machine.dedicated;
    out.shm_bytes = std::int64_t(ops::wanted_shared_bytes(machine));
    for (const auto& [name, value] : ops::sized_settings(machine))
        out.settings.push_back({name, value});
    try {
        compare(db, deadline, out);
    } catch (const Error& error) {
        out.problem = error.message();
    }
    return out;
}

// Lines that postgresql.conf takes as they are.
std::string render_settings(const json::value& output) {
    const auto bytes = [&](const char* name) {
        return bytes_text(output.at(name).to_number<std::int64_t>());
    };
    std::string out = fmt::format(
        "# for {} of memory{} and {} processors; a container's shm_size: {}\n",
        bytes("memoryBytes"), output.at("shared").as_bool() ? ", half of it the server's," : "",
        output.at("processors").to_number<int>(), bytes("shmBytes"));
    int differ = 0;
    const bool compared = output.at("compared").as_bool();
    for (const json::value& one : output.at("settings").as_array()) {
        const auto text = [&](const char* name) {
            return std::string_view(one.at(name).as_string());
        };
        const std::string line = fmt::format("{} = {}", text("name"), text("value"));
        const bool same = one.at("same").as_bool();
        differ += int(!same);
        if (!compared || same)
            out += line + "\n";
        else
            out += fmt::format("{:<44}# the server has {}{}\n", line, text("server"),
                               one.at("needsRestart").as_bool() ? "; needs a restart" : "");
    }
    if (!compared)
        return out + fmt::format("# not compared: {}\n",
                                 std::string_view(output.at("problem").as_string()));
    return out + (differ == 0 ? "# the server is set so\n" : fmt::format("# {} differ\n", differ));
}

}  // namespace stele::watch
