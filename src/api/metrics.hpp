// What Stele counts about itself, as Prometheus text.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stele::api {

class Metrics {
  public:
    Metrics();
    ~Metrics();

    // One finished operation, through whatever door; `outcome` is ok or an error's code name.
    void operation(std::string_view name, std::string_view outcome, std::chrono::nanoseconds took);
    // Called before each scrape to bring gauges up to date.
    void on_scrape(std::function<void(Metrics&)> refresh);
    void gauge(const std::string& name, const std::string& help, double value);

    std::string text();  // text/plain; version=0.0.4

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stele::api
