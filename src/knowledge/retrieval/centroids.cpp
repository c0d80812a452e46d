#include "knowledge/retrieval/centroids.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "foundation/base/clock.hpp"
#include "foundation/base/limits.hpp"
#include "knowledge/retrieval/scores.hpp"
#include "knowledge/retrieval/sql.hpp"

namespace stele::retrieval {

namespace {

// Afterwards they are read anew, so that the server has few new ones to choose from.
constexpr std::chrono::minutes kKept{5};

using Key = std::tuple<std::uint64_t, Uuid, Uuid, Kind, std::int32_t>;  // Database::id() first

struct Entry {
    std::shared_ptr<const Centroids> centroids;
    Deadline until{};
};

std::mutex mutex;
std::map<Key, Entry> kept;
std::size_t kept_bytes = 0;

void keep(const Key& key, const std::shared_ptr<const Centroids>& centroids) {
    constexpr std::size_t kEntryBytes = 256;  // of one without any list
    const std::lock_guard lock(mutex);
    kept_bytes += centroids->bytes() + kEntryBytes;
    // Few tenants are large: when they do not fit, those that are asked for next are read anew.
    if (kept_bytes > limits::kCentroidBytes) {
        kept.clear();
        kept_bytes = centroids->bytes() + kEntryBytes;
    }
    if (const auto old = kept.find(key); old != kept.end())
        kept_bytes -= old->second.centroids->bytes() + kEntryBytes;
    kept[key] = {centroids, deadline_in(kKept)};
}

}  // namespace

Centroids::Centroids(const pg::Result& rows) {
    for (const pg::Row row : rows) {
        const auto list = row.get<std::int32_t>(0);
        newest_ = std::max(newest_, list);
        if (row.is_null(1)) {
            always_.push_back(list);
            continue;
        }
        const auto centroid = row.get<std::vector<float>>(1);
        numbers_.push_back(list);
        rows_.insert(rows_.end(), centroid.begin(), centroid.end());
    }
}

NearLists Centroids::nearest(std::span<const float> question, std::size_t lists) const {
    NearLists out{always_, newest_};
    if (rows_.size() != numbers_.size() * question.size()) return {};  // another model's
    std::vector<float> similar(numbers_.size());
    similarities(rows_.data(), similar.size(), question.data(), question.size(), similar.data());
    std::vector<std::size_t> order(similar.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto end = order.begin() + std::ptrdiff_t(std::min(lists, order.size()));
    std::ranges::partial_sort(
        order, end, [&](std::size_t a, std::size_t b) { return similar[a] > similar[b]; });
    for (auto i = order.begin(); i != end; ++i) out.chosen.push_back(numbers_[*i]);
    return out;
}

std::shared_ptr<const Centroids> centroids_of(const pg::Database& db, pg::Transaction& tx,
                                              const pg::Tenant& tenant, Kind kind,
                                              std::int32_t model) {
    const Key key{db.id(), tenant.org, tenant.project, kind, model};
    {
        const std::lock_guard lock(mutex);
        const auto found = kept.find(key);
        if (found != kept.end() && time_left(found->second.until).count() > 0)
            return found->second.centroids;
    }
    auto out = std::make_shared<const Centroids>(
        tx.query(sql::centroids, tenant.org, tenant.project, name_of(kind), model));
    keep(key, out);
    return out;
}

}  // namespace stele::retrieval
