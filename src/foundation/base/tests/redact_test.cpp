// How well secrets are told from ordinary text: measured on lines that are invented for it.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "foundation/base/redact.hpp"
#include "foundation/base/redact_json.hpp"

namespace stele {
namespace {

// In the files <a32> stands for 32 letters and digits, made here: no line holds a key by itself,
// so that nobody's scanner takes this repository for a leak. a: letters and digits, b: with - and
// _, h: hex digits, d: digits, u: capital letters and digits.
std::string filled(const std::string& line, unsigned seed) {
    std::mt19937 random(seed);
    const std::string digits = "0123456789", small = "abcdefghijklmnopqrstuvwxyz",
                      capital = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const auto letters = [&](char kind) {
        switch (kind) {
            case 'h':
                return digits + "abcdef";
            case 'd':
                return digits;
            case 'u':
                return digits + capital;
            case 'b':
                return digits + small + capital + "-_";
            default:
                return digits + small + capital;
        }
    };
    std::string out;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const std::size_t end = line.find('>', at);
        const bool mark = line[at] == '<' && end != std::string::npos && end > at + 2 &&
                          std::string_view("abhdu").find(line[at + 1]) != std::string_view::npos &&
                          line.find_first_not_of("0123456789", at + 2) == end;
        if (!mark) {
            out += line[at];
            continue;
        }
        const std::string alphabet = letters(line[at + 1]);
        const int size = std::stoi(line.substr(at + 2));
        for (int i = 0; i < size; ++i) out += alphabet[random() % alphabet.size()];
        at = end;
    }
    return out;
}

std::vector<std::string> lines_of(const std::string& name) {
    std::ifstream in("src/foundation/base/tests/data/" + name);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);)
        out.push_back(filled(line, unsigned(out.size())));
    EXPECT_EQ(out.size(), 200u) << name;
    return out;
}

TEST(Redact, TellsSecretsFromOrdinaryLines) {
    int hidden = 0, missed = 0, mistaken = 0;
    for (const std::string& line : lines_of("secret_lines.txt")) {
        const bool found = !find_secrets(line).empty();
        ++(found ? hidden : missed);
        if (!found) std::printf("missed: %s\n", line.c_str());
        // The quick look must never hide what the long one would find.
        EXPECT_TRUE(!found || may_hold_secret(line)) << line;
        const std::string clean = redact(line);
        EXPECT_EQ(redact(clean), clean) << line;
    }
    for (const std::string& line : lines_of("harmless_lines.txt"))
        if (redact(line) != line) {
            ++mistaken;
            std::printf("mistaken: %s -> %s\n", line.c_str(), redact(line).c_str());
        }
    const double recall = double(hidden) / (hidden + missed);
    const double precision = double(hidden) / (hidden + mistaken);
    std::printf("precision %.3f, recall %.3f\n", precision, recall);
    EXPECT_GE(precision, 0.95);
    EXPECT_GE(recall, 0.95);
}

}  // namespace
}  // namespace stele
