#include "operate/lint/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "foundation/base/text.hpp"
#include "operate/lint/sql.hpp"

namespace stele::lint {

namespace {

constexpr std::size_t kShown = 3;
constexpr std::size_t kShownBytes = 200;

std::string only_in(const Catalog& left, const Catalog& right, std::string_view label) {
    Catalog only;
    std::ranges::set_difference(left, right, std::back_inserter(only));
    std::string out;
    for (std::size_t i = 0; i < std::min(only.size(), kShown); ++i)
        out +=
            fmt::format("{}{}: {}", out.empty() ? "" : "; ", label, excerpt(only[i], kShownBytes));
    if (only.size() > kShown) out += fmt::format("; and {} more", only.size() - kShown);
    return out;
}

}  // namespace

Catalog read_catalog(pg::Connection& connection) {
    Catalog out;
    const auto rows = connection.run(sql::fingerprint, pg::Params(connection.types()),
                                     deadline_in(std::chrono::minutes(1)));
    for (const auto row : rows) out.push_back(row.get<std::string>(0));
    // Bytes decide here, whatever the server's collation is.
    std::ranges::sort(out);
    return out;
}

std::string difference(const Catalog& before, const Catalog& after) {
    const std::string gone = only_in(before, after, "gone");
    const std::string added = only_in(after, before, "new");
    return gone + (gone.empty() || added.empty() ? "" : "; ") + added;
}

}  // namespace stele::lint
