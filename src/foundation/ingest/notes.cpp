#include "foundation/ingest/notes.hpp"

#include <fmt/format.h>

namespace stele::ingest {

namespace {

constexpr std::size_t kNamed = 20;

void name_place(std::vector<std::string>& list, std::string_view place, std::string_view what) {
    if (list.size() < kNamed) list.push_back(fmt::format("{}: {}", place, what));
}

}  // namespace

void Notes::add_skipped(std::string_view place, std::string_view why) {
    ++skipped;
    name_place(problems, place, why);
}

void Notes::add_repaired(std::string_view place, std::string_view what) {
    ++repaired;
    name_place(changes, place, what);
}

void Notes::add_cut(std::string_view place, std::string_view what) {
    ++cut;
    name_place(changes, place, what);
}

}  // namespace stele::ingest
