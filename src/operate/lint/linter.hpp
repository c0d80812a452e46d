// Reads migrations for what must not happen while binaries are exchanged under load.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operate/lint/scope.hpp"

namespace stele::lint {

struct Finding {
    Rule rule;
    std::string file;
    int line = 1;    // from 1
    int column = 1;  // from 1, in characters
    std::string message;
};

class Linter {
  public:
    // Files in the order in which they run; what one makes, later ones find there. A name that ends
    // in .down.sql takes away by nature: the rules of the expand phase are not applied to it.
    void lint(const std::string& file, std::string_view text);
    std::vector<Finding> take_findings() { return std::move(findings_); }

  private:
    void report(const std::string& file, std::string_view text, std::vector<Violation> found);

    Relations relations_;
    std::vector<Finding> findings_;
};

}  // namespace stele::lint
