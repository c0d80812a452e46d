#include "work/mesh/routing/score.hpp"

#include <algorithm>

#include "foundation/base/error.hpp"

namespace stele::mesh {

namespace {

constexpr double kUnknown = 0.5;
constexpr double kWorthSaying = 0.8;

double dot(std::span<const float> a, std::span<const float> b) {
    // Four sums, for one would wait for itself.
    float sums[4] = {};
    std::size_t i = 0;
    for (; i + 4 <= a.size(); i += 4)
        for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
    for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
    return double((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

double expertise_of(const Candidate& candidate, const Wanted& wanted) {
    if (!wanted.vector.empty() && wanted.vector.size() == candidate.vector.size())
        return std::clamp(dot(wanted.vector, candidate.vector), 0.0, 1.0);
    if (wanted.domain.empty() || candidate.role.empty()) return kUnknown;
    return wanted.domain == candidate.role ? 1.0 : 0.2;
}

double load_of(const Candidate& candidate) {
    if (candidate.idle || candidate.active_jobs == 0) return 1.0;
    if (candidate.active_jobs == 1) return 0.7;
    return candidate.active_jobs == 2 ? 0.4 : 0.1;
}

std::string_view provider_of(std::string_view model) {
    const auto slash = model.find('/');
    return slash == std::string_view::npos ? std::string_view() : model.substr(0, slash);
}

double model_of(const Candidate& candidate, const Wanted& wanted) {
    if (wanted.model.empty()) return kUnknown;
    if (std::ranges::find(candidate.models, wanted.model) != candidate.models.end()) return 1.0;
    const std::string_view provider = provider_of(wanted.model);
    const auto same = [&](const std::string& model) { return provider_of(model) == provider; };
    return !provider.empty() && std::ranges::any_of(candidate.models, same) ? 0.6 : 0.2;
}

}  // namespace

runtime::RoutingWeights normalised(const runtime::RoutingWeights& w) {
    if (w.expertise < 0 || w.reliability < 0 || w.load < 0 || w.model < 0)
        throw Error(Code::configuration, "mesh.routingWeights: a weight is negative",
                    "0 leaves a factor out");
    const double sum = w.expertise + w.reliability + w.load + w.model;
    if (!(sum > 0))
        throw Error(Code::configuration, "mesh.routingWeights: all are 0",
                    "give at least one of expertise, reliability, load and model a weight");
    return {w.expertise / sum, w.reliability / sum, w.load / sum, w.model / sum};
}

Factors factors_of(const Candidate& candidate, const Wanted& wanted) {
    return {expertise_of(candidate, wanted), candidate.reliability, load_of(candidate),
            model_of(candidate, wanted)};
}

double score_of(const Factors& f, const runtime::RoutingWeights& w) {
    return w.expertise * f.expertise + w.reliability * f.reliability + w.load * f.load +
           w.model * f.model;
}

std::string reason_of(const Factors& factors, std::string_view role) {
    std::string out;
    const auto add = [&](double factor, std::string_view what) {
        if (factor < kWorthSaying) return;
        if (!out.empty()) out += ", ";
        out += what;
    };
    std::string expertise = "expertise match";
    if (!role.empty()) expertise.append(" (").append(role).append(")");
    add(factors.expertise, expertise);
    add(factors.reliability, "high reliability");
    add(factors.load, "low load");
    add(factors.model, "model available");
    return out.empty() ? "general availability" : out;
}

}  // namespace stele::mesh
