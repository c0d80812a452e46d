// What the words of workers share.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "foundation/base/error.hpp"
#include "work/jobs/store.hpp"

namespace stele::jobs {

// The items with the youngest job first: all who change live jobs take them in this order, so they
// wait for each other instead of dead-locking. Throws Error(invalid_argument) when a job is named
// twice.
template <class Item>
std::vector<Item> in_order(std::vector<Item> items, std::string_view field) {
    std::ranges::sort(items,
                      [](const Item& a, const Item& b) { return id_of(a.id) > id_of(b.id); });
    const auto twice = std::ranges::adjacent_find(
        items, [](const Item& a, const Item& b) { return id_of(a.id) == id_of(b.id); });
    if (twice != items.end())
        throw Error(Code::invalid_argument,
                    fmt::format("{}: job {} is named twice", field, twice->id),
                    "say one thing about a job at a time");
    return items;
}

// The jobs of which a word was taken.
using Taken = std::set<Uuid>;

// Of these claims those that were not taken, and why. With `done_before`, jobs that the very same
// lease had completed before are put there instead.
std::vector<Stale> stale_of(runtime::Context& context, const std::vector<Claim>& claims,
                            const Taken& taken, Taken* done_before = nullptr);

// Attempts that end without success, as one array a column; the youngest job first.
struct Endings {
    std::vector<Uuid> ids;
    std::vector<std::int32_t> generations;
    std::vector<std::string> wishes, errors;
    std::vector<std::optional<std::int32_t>> delays;

    // `wish`: retry, fail, release, or lost (when its lease has run out).
    void add(const Uuid& id, int generation, std::string wish, std::string error,
             std::optional<int> delay = {}) {
        ids.push_back(id);
        generations.push_back(generation);
        wishes.push_back(std::move(wish));
        errors.push_back(std::move(error));
        delays.emplace_back(delay);
    }
};

// Gives what became of those that were still leased like that, and wakes who waits for them.
std::vector<Ended> end_attempts(runtime::Context& context, const pg::Tenant& tenant,
                                const Endings& endings);

}  // namespace stele::jobs
