// A terminal that is painted over in place, and one that is none.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace stele::shell {

struct Terminal {
    bool is_one = false;        // else plain text: no colours, nothing painted over
    bool colours = false;       // not with NO_COLOR
    int columns = 0, rows = 0;  // 0: unbounded
};
Terminal terminal_of(int fd);

enum class Colour { none, bold, dim, green, yellow, red };

// One line: pieces of text, each of one colour. What came from outside is made harmless: control
// characters become spaces.
class Line {
  public:
    Line& add(std::string_view text, Colour colour = Colour::none);
    // Cut to the terminal's width.
    std::string text(const Terminal& terminal) const;

  private:
    struct Piece {
        std::string text;
        Colour colour;
    };
    std::vector<Piece> pieces_;
};

// The lines as what is written to the terminal: from its corner over what was there, and what is
// left of that cleared, so that nothing flickers. RemoteRouter: the lines.
std::string painted(const std::vector<Line>& lines, const Terminal& terminal);

void put(const std::string& text);  // to standard output, now

}  // namespace stele::shell
