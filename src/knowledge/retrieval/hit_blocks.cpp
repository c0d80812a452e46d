#include "knowledge/retrieval/hit_blocks.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <chrono>

#include "foundation/base/json_text.hpp"

namespace stele::retrieval {

namespace {

constexpr std::string_view kDim = "\x1b[2m", kPlain = "\x1b[0m";
constexpr std::string_view kIndent = "  ", kBetween = " · ";

// A grapheme cluster: its bytes, and the columns that a terminal gives it.
struct Cluster {
    std::string_view bytes;
    std::size_t columns = 0;
    bool space = false;
    bool shown = true;
};

bool is_hidden(utf8proc_int32_t c) {
    const auto category = utf8proc_category(c);
    if (c == 0x200D || c == 0xFE0F) return false;  // they hold an emoji together
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
           category == UTF8PROC_CATEGORY_CS;
}

bool is_space(utf8proc_int32_t c) {
    const auto category = utf8proc_category(c);
    return c == '\t' || c == '\n' || c == '\r' || category == UTF8PROC_CATEGORY_ZS ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

Cluster next_cluster(std::string_view& text) {
    Cluster out;
    utf8proc_int32_t before = 0, state = 0;
    std::size_t length = 0;
    while (length < text.size()) {
        utf8proc_int32_t c = 0;
        const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + length);
        const auto bytes = utf8proc_iterate(at, utf8proc_ssize_t(text.size() - length), &c);
        if (bytes <= 0) {  // no UTF-8: left out byte by byte
            if (length == 0) {
                out.shown = false;
                length = 1;
            }
            break;
        }
        if (length > 0 && utf8proc_grapheme_break_stateful(before, c, &state)) break;
        if (length == 0) out.space = is_space(c);
        if (is_hidden(c)) out.shown = false;
        out.columns += std::size_t(utf8proc_charwidth(c));
        if (c == 0xFE0F) out.columns = std::max<std::size_t>(out.columns, 2);
        before = c;
        length += std::size_t(bytes);
    }
    out.bytes = text.substr(0, length);
    text.remove_prefix(length);
    return out;
}

std::size_t columns_of(std::string_view text) {
    std::size_t out = 0;
    while (!text.empty()) out += next_cluster(text).columns;
    return out;
}

std::string plural(std::int64_t count, std::string_view unit) {
    return fmt::format("{} {}{} ago", count, unit, count == 1 ? "" : "s");
}

// Where it is from: a memory's category, a conversation and who spoke.
std::string origin_of(const json::object& row) {
    const std::string thread = text_of(row, "threadId");
    if (thread.empty()) return text_of(row, "category");
    const std::string speaker = text_of(row, "speaker");
    return speaker.empty() ? thread + " summary" : thread + " " + speaker;
}

std::vector<std::string> pieces_of(const json::object& row, std::size_t columns, Timestamp now) {
    std::vector<std::string> out;
    const auto add = [&](const std::string& text) {
        if (std::string line = one_line(text, columns); !line.empty())
            out.push_back(std::move(line));
    };
    add(origin_of(row));
    add(text_of(row, "scope"));
    if (const auto then = parse_timestamp(text_of(row, "timestamp"))) add(age(*then, now));
    if (const std::string why = text_of(row, "why"); !why.empty()) add(why);
    if (const json::value* signals = row.if_contains("signals")) add(serialize(*signals));
    out.push_back(text_of(row, "id"));
    return out;
}

// The pieces in lines of at most `columns`, broken between pieces.
std::string laid_out(const std::vector<std::string>& pieces, const runtime::Screen& screen) {
    std::string out, line;
    const auto end_line = [&] {
        out += screen.styled ? fmt::format("{}{}{}{}\n", kIndent, kDim, line, kPlain)
                             : fmt::format("{}{}\n", kIndent, line);
        line.clear();
    };
    for (const std::string& piece : pieces) {
        const std::size_t wanted = kIndent.size() + columns_of(line) + 3 + columns_of(piece);
        if (!line.empty() && wanted > screen.columns) end_line();
        line += (line.empty() ? "" : std::string(kBetween)) + piece;
    }
    end_line();
    return out;
}

// Words in lines of at most `columns`; a word that is longer stands alone.
std::string paragraph(std::string_view text, std::size_t columns) {
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        const bool fits = used > 0 && used + 1 + columns_of(word) <= columns;
        if (used > 0) out += fits ? ' ' : '\n';
        out += word;
        used = (fits ? used + 1 : 0) + columns_of(word);
    }
    return out + "\n";
}

}  // namespace

std::string one_line(std::string_view text, std::size_t columns) {
    std::string out;
    std::size_t used = 0, fits = 0;  // `fits`: bytes of `out` that leave room for "…"
    bool space = false;
    while (!text.empty()) {
        const Cluster cluster = next_cluster(text);
        if (cluster.space) {
            space = !out.empty();
            continue;
        }
        if (!cluster.shown) continue;
        const std::size_t wanted = used + (space ? 1 : 0) + cluster.columns;
        if (wanted > columns) return columns == 0 ? "" : out.substr(0, fits) + "…";
        if (space) out += ' ';
        out += cluster.bytes;
        space = false;
        used = wanted;
        if (used < columns) fits = out.size();
    }
    return out;
}

std::string age(Timestamp then, Timestamp now) {
    using namespace std::chrono;
    const microseconds passed(now.micros - then.micros);
    if (passed < -minutes(1) || passed >= days(30)) return to_rfc3339(then).substr(0, 10);
    if (passed < minutes(1)) return "just now";
    if (passed < hours(1)) return plural(duration_cast<minutes>(passed).count(), "minute");
    if (passed < days(1)) return plural(duration_cast<hours>(passed).count(), "hour");
    return plural(duration_cast<days>(passed).count(), "day");
}

std::string hit_blocks(const json::value& output, const runtime::Screen& screen, Timestamp now) {
    const json::object& object = output.as_object();
    const std::size_t inner = screen.columns > kIndent.size() ? screen.columns - kIndent.size() : 1;
    std::string out;
    for (const json::value& result : object.at("results").as_array()) {
        const json::object& row = result.as_object();
        out += (out.empty() ? "" : "\n") + one_line(text_of(row, "content"), screen.columns) + "\n";
        out += laid_out(pieces_of(row, inner, now), screen);
    }
    if (out.empty()) out = "Nothing found; --scope all looks everywhere.\n";
    if (const std::string message = text_of(object, "message"); !message.empty())
        out += "\n" + paragraph("Note: " + message, screen.columns);
    return out;
}

runtime::OnTerminal hits_on_terminal() {
    return {.input = {{"why", true}},
            .render = [](const json::value& output, const runtime::Screen& screen) {
                return hit_blocks(output, screen, now());
            }};
}

}  // namespace stele::retrieval
