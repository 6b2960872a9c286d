// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace faultline::obs {

using Labels = std::map<std::string, std::string>;

/// Handles are plain references into the registry; cheap to keep, safe to use from any thread.
class Counter {
  public:
    Counter() = default;
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;
    virtual ~Counter() = default;
    virtual void add(double by = 1.0) = 0;
    [[nodiscard]] virtual double value() const = 0;
};

class Gauge {
  public:
    Gauge() = default;
    Gauge(const Gauge&) = delete;
    Gauge& operator=(const Gauge&) = delete;
    virtual ~Gauge() = default;
    virtual void set(double value) = 0;
    [[nodiscard]] virtual double value() const = 0;
};

class Histogram {
  public:
    Histogram() = default;
    Histogram(const Histogram&) = delete;
    Histogram& operator=(const Histogram&) = delete;
    virtual ~Histogram() = default;
    virtual void observe(double value) = 0;
};

/// The registry of one process. Names carry the prefix faultline_ and their unit. The same name and
/// labels give the same handle. Handles live as long as the registry. Never an address, hash or URL
/// as a label.
class Metrics {
  public:
    Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();

    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram& histogram(
        const std::string& name,
        const std::string& help,
        std::vector<double> upper_bounds,
        const Labels& labels = {}
    );

    /// All of it in the Prometheus text format 0.0.4, plus the process_* metrics of this process.
    [[nodiscard]] std::string text() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Upper bounds for latencies from 1 ms to 60 s, in seconds.
std::vector<double> latency_buckets();

}  // namespace faultline::obs
