#include <fmt/format.h>

#include "foundation/base/text.hpp"
#include "operate/watch/watch.hpp"

namespace stele::watch {

namespace {

constexpr std::size_t kQueryWidth = 100;

std::string_view text(const json::value& row, const char* name) {
    return row.at(name).as_string();
}

std::int64_t integer(const json::value& row, const char* name) {
    return row.at(name).to_number<std::int64_t>();
}

double number(const json::value& row, const char* name) {
    return row.at(name).to_number<double>();
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
    if (bytes < 10 * 1024) return fmt::format("{} B", bytes);
    if (bytes < 10 * 1024 * 1024) return fmt::format("{} kB", bytes / 1024);
    if (bytes < std::int64_t(10) << 30) return fmt::format("{} MB", bytes >> 20);
    return fmt::format("{} GB", bytes >> 30);
}

std::string render_activity(const json::value& output) {
    std::string out;
    for (const json::value& s : output.at("sessions").as_array()) {
        out += fmt::format("{:>7}  {:>9.1f} s  {:<20} {:<16} {}", integer(s, "pid"),
                           number(s, "statementSeconds"), text(s, "state"), text(s, "application"),
                           text(s, "waitsFor"));
        std::string blockers;
        for (const json::value& pid : s.at("blockedBy").as_array())
            blockers += (blockers.empty() ? "" : ", ") + serialize(pid);
        if (!blockers.empty()) out += fmt::format("  blocked by {}", blockers);
        out += fmt::format("\n         {}\n", excerpt(text(s, "query"), kQueryWidth));
    }
    if (out.empty()) out = "nothing runs at this moment\n";
    if (const auto note = text(output, "note"); !note.empty()) out += fmt::format("{}\n", note);
    return out;
}

std::string render_slow(const json::value& output) {
    if (!output.at("loaded").as_bool())
        return fmt::format("pg_stat_statements is not there. What brings it:\n{}",
                           text(output, "howToLoad"));
    std::string out = "     total ms   calls    mean ms     max ms  in memory\n";
    for (const json::value& s : output.at("statements").as_array())
        out += fmt::format("{:>13.1f} {:>7} {:>10.2f} {:>10.1f} {:>9.0f}%\n    {}\n",
                           number(s, "totalMs"), integer(s, "calls"), number(s, "meanMs"),
                           number(s, "maxMs"), number(s, "hitRatio") * 100,
                           excerpt(text(s, "query"), kQueryWidth));
    return out;
}

std::string render_sizes(const json::value& output) {
    std::string out =
        fmt::format("{}: {}\n{:<40} {:>10} {:>10} {:>9} {:>9} {:>9}\n", text(output, "database"),
                    bytes_text(integer(output, "databaseBytes")), "table", "rows", "dead", "table",
                    "indexes", "total");
    for (const json::value& t : output.at("tables").as_array())
        out += fmt::format(
            "{:<40} {:>10} {:>10} {:>9} {:>9} {:>9}\n", text(t, "table"), integer(t, "rows"),
            integer(t, "deadRows"), bytes_text(integer(t, "tableBytes") + integer(t, "toastBytes")),
            bytes_text(integer(t, "indexBytes")), bytes_text(integer(t, "totalBytes")));
    return out;
}

std::string render_indexes(const json::value& output) {
    std::string out;
    for (const json::value& i : output.at("indexes").as_array()) {
        out += fmt::format("{:<48} {:<6} {:>9} {:>10} scans\n", text(i, "index"), text(i, "method"),
                           bytes_text(integer(i, "bytes")), integer(i, "scans"));
        if (const auto problem = text(i, "problem"); !problem.empty())
            out += fmt::format("  {}\n  mend: {};\n", problem, text(i, "mend"));
    }
    return out.empty() ? "every index is well\n" : out;
}

std::string render_pool(const json::value& output) {
    std::string out = fmt::format(
        "{} processes × {} connections = {}; available {} ({}: {} − {} reserved, {} held by "
        "others)\n",
        integer(output, "processes"), integer(output, "poolSize"), integer(output, "wanted"),
        integer(output, "available"), text(output, "limitedBy"), integer(output, "maxConnections"),
        integer(output, "reserved"), integer(output, "others"));
    for (const json::value& p : output.at("otherPools").as_array())
        out += fmt::format("  {:>5}  {}: {} × ({} + {}), at most\n", integer(p, "connections"),
                           text(p, "name"), integer(p, "processes"), integer(p, "poolSize"),
                           integer(p, "overflow"));
    for (const json::value& c : output.at("clients").as_array())
        out += fmt::format("  {:>5}  {}\n", integer(c, "connections"),
                           text(c, "application").empty() ? "(no name)" : text(c, "application"));
    out += output.at("fits").as_bool() ? "it fits\n" : "it does not fit:\n";
    for (const json::value& remedy : output.at("remedies").as_array())
        out += fmt::format("  {}\n", std::string_view(remedy.as_string()));
    return out;
}

}  // namespace stele::watch
