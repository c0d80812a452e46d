// What Stele counts about itself, as Prometheus text.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stele::runtime {

using Labels = std::vector<std::pair<std::string, std::string>>;

enum class MetricKind { counter, gauge, untyped };

// What is read anew at each scrape: a series that is not added is not shown any more.
class Scrape {
  public:
    Scrape();
    ~Scrape();
    void add(MetricKind kind, const std::string& name, const std::string& help,
             const Labels& labels, double value);
    void gauge(const std::string& name, const std::string& help, double value) {
        add(MetricKind::gauge, name, help, {}, value);
    }
    // `name` ends in _total.
    void counter(const std::string& name, const std::string& help, double value) {
        add(MetricKind::counter, name, help, {}, value);
    }

  private:
    friend class Metrics;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// What is there to scrape, without values.
struct MetricFamily {
    std::string name;
    std::string kind;  // counter, gauge, histogram, untyped
    std::string help;
    std::vector<std::string> labels;
};

class Metrics {
  public:
    Metrics();
    ~Metrics();

    // One finished operation, through whatever door; `outcome` is ok or an error's code name.
    void operation(std::string_view name, std::string_view outcome, std::chrono::nanoseconds took);
    // One call of the embedder; `purpose` is document or query, `outcome` as above.
    void embedding(std::string_view purpose, std::string_view outcome, std::size_t texts,
                   std::chrono::nanoseconds took);
    // Called at each scrape, from its thread, one scrape at a time.
    void on_scrape(std::function<void(Scrape&)> read);

    std::string text();  // text/plain; version=0.0.4
    // The families of which there is a sample now, by name.
    std::vector<MetricFamily> families();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stele::runtime
