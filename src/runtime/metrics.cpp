#include "runtime/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

namespace stele::runtime {

namespace {

// Seconds; from a cached answer to the operation's usual time limit.
const prometheus::Histogram::BucketBoundaries kBuckets{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

std::string kind_name(prometheus::MetricType type) {
    switch (type) {
        case prometheus::MetricType::Counter:
            return "counter";
        case prometheus::MetricType::Gauge:
            return "gauge";
        case prometheus::MetricType::Histogram:
            return "histogram";
        default:
            return "untyped";
    }
}

}  // namespace

struct Scrape::Impl {
    std::map<std::string, prometheus::MetricFamily> families;  // each name once, in order
};

Scrape::Scrape() : impl_(std::make_unique<Impl>()) {}
Scrape::~Scrape() = default;

void Scrape::add(MetricKind kind, const std::string& name, const std::string& help,
                 const Labels& labels, double value) {
    prometheus::MetricFamily& family = impl_->families[name];
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    for (const auto& [label, text] : labels) metric.label.push_back({label, text});
    family.name = name;
    family.help = help;
    switch (kind) {
        case MetricKind::counter:
            family.type = prometheus::MetricType::Counter;
            metric.counter.value = value;
            break;
        case MetricKind::gauge:
            family.type = prometheus::MetricType::Gauge;
            metric.gauge.value = value;
            break;
        case MetricKind::untyped:
            family.type = prometheus::MetricType::Untyped;
            metric.untyped.value = value;
            break;
    }
}

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
    prometheus::Family<prometheus::Histogram>& embeddings =
        prometheus::BuildHistogram()
            .Name("stele_embed_duration_seconds")
            .Help("How long calls of the embedder took, by purpose and outcome")
            .Register(registry);
    prometheus::Family<prometheus::Counter>& embedded =
        prometheus::BuildCounter()
            .Name("stele_embed_texts_total")
            .Help("Texts given to the embedder, by purpose and outcome")
            .Register(registry);
    std::mutex mutex;
    std::vector<std::function<void(Scrape&)>> readers;

    std::vector<prometheus::MetricFamily> collect();
};

std::vector<prometheus::MetricFamily> Metrics::Impl::collect() {
    Scrape scrape;
    {
        const std::lock_guard lock(mutex);
        for (const auto& read : readers) read(scrape);
    }
    auto families = registry.Collect();
    for (auto& [name, family] : scrape.impl_->families) families.push_back(std::move(family));
    return families;
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::operation(std::string_view name, std::string_view outcome,
                        std::chrono::nanoseconds took) {
    impl_->operations.Add({{"operation", std::string(name)}, {"outcome", std::string(outcome)}})
        .Increment();
    impl_->durations.Add({{"operation", std::string(name)}}, kBuckets)
        .Observe(std::chrono::duration<double>(took).count());
}

void Metrics::embedding(std::string_view purpose, std::string_view outcome, std::size_t texts,
                        std::chrono::nanoseconds took) {
    const prometheus::Labels labels{{"purpose", std::string(purpose)},
                                    {"outcome", std::string(outcome)}};
    impl_->embeddings.Add(labels, kBuckets).Observe(std::chrono::duration<double>(took).count());
    impl_->embedded.Add(labels).Increment(double(texts));
}

void Metrics::on_scrape(std::function<void(Scrape&)> read) {
    const std::lock_guard lock(impl_->mutex);
    impl_->readers.push_back(std::move(read));
}

std::string Metrics::text() {
    return prometheus::TextSerializer().Serialize(impl_->collect());
}

std::vector<MetricFamily> Metrics::families() {
    std::vector<MetricFamily> out;
    for (const prometheus::MetricFamily& family : impl_->collect()) {
        if (family.metric.empty()) continue;
        MetricFamily& one = out.emplace_back();
        one = {family.name, kind_name(family.type), family.help, {}};
        for (const auto& label : family.metric.front().label) one.labels.push_back(label.name);
    }
    std::sort(out.begin(), out.end(),
              [](const MetricFamily& a, const MetricFamily& b) { return a.name < b.name; });
    return out;
}

}  // namespace stele::runtime
