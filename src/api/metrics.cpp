#include "api/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <vector>

namespace stele::api {

namespace {

// Seconds; from a cached answer to the operation's usual time limit.
const prometheus::Histogram::BucketBoundaries kBuckets{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

}  // namespace

struct Metrics::Impl {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& operations =
        prometheus::BuildCounter()
            .Name("stele_operations_total")
            .Help("Operations by name and outcome")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& durations =
        prometheus::BuildHistogram()
            .Name("stele_operation_duration_seconds")
            .Help("How long operations took")
            .Register(registry);
    std::mutex mutex;
    std::vector<std::function<void(Metrics&)>> refreshers;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::operation(std::string_view name, std::string_view outcome,
                        std::chrono::nanoseconds took) {
    impl_->operations.Add({{"operation", std::string(name)}, {"outcome", std::string(outcome)}})
        .Increment();
    impl_->durations.Add({{"operation", std::string(name)}}, kBuckets)
        .Observe(std::chrono::duration<double>(took).count());
}

void Metrics::on_scrape(std::function<void(Metrics&)> refresh) {
    const std::lock_guard lock(impl_->mutex);
    impl_->refreshers.push_back(std::move(refresh));
}

void Metrics::gauge(const std::string& name, const std::string& help, double value) {
    prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry).Add({}).Set(value);
}

std::string Metrics::text() {
    {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& refresh : impl_->refreshers) refresh(*this);
    }
    return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace stele::api
