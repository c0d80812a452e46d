#include "client/shell/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "foundation/base/text.hpp"

namespace stele::shell {

namespace {

constexpr std::size_t kLineBytes = 4096;

const char* code_of(Colour colour) {
    switch (colour) {
        case Colour::bold:
            return "\x1b[1m";
        case Colour::dim:
            return "\x1b[2m";
        case Colour::green:
            return "\x1b[32m";
        case Colour::yellow:
            return "\x1b[33m";
        case Colour::red:
            return "\x1b[31m";
        case Colour::none:
            break;
    }
    return "";
}

// The first `columns` characters, counted as code points.
std::string_view first_of(std::string_view text, std::size_t columns) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if ((text[at] & 0xC0) == 0x80) continue;
        if (columns-- == 0) break;
    }
    return text.substr(0, at);
}

std::size_t width_of(std::string_view text) {
    return std::size_t(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

Terminal terminal_of(int fd) {
    Terminal out;
    out.is_one = ::isatty(fd) == 1;
    out.colours = out.is_one && !std::getenv("NO_COLOR");
    winsize size{};
    if (out.is_one && ::ioctl(fd, TIOCGWINSZ, &size) == 0) {
        out.columns = size.ws_col;
        out.rows = size.ws_row;
    }
    return out;
}

Line& Line::add(std::string_view text, Colour colour) {
    pieces_.push_back({excerpt(text, kLineBytes), colour});
    return *this;
}

std::string Line::text(const Terminal& terminal) const {
    std::string out;
    std::size_t left = terminal.columns > 0 ? std::size_t(terminal.columns) : kLineBytes;
    for (const Piece& piece : pieces_) {
        const std::string_view shown = first_of(piece.text, left);
        left -= width_of(shown);
        const bool coloured = terminal.colours && piece.colour != Colour::none;
        if (coloured) out += code_of(piece.colour);
        out += shown;
        if (coloured) out += "\x1b[0m";
    }
    return out;
}

std::string painted(const std::vector<Line>& lines, const Terminal& terminal) {
    std::string out = terminal.is_one ? "\x1b[H" : "";
    // The last row stays free: a line break there would scroll.
    const std::size_t most =
        terminal.rows > 1 ? std::min(lines.size(), std::size_t(terminal.rows - 1)) : lines.size();
    for (std::size_t i = 0; i < most; ++i)
        out += lines[i].text(terminal) + (terminal.is_one ? "\x1b[K\n" : "\n");
    return terminal.is_one ? out + "\x1b[J" : out;
}

void put(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace stele::shell
