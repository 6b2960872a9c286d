// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iterator>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shell/obs/metric_names.hpp>
#include <shell/obs/process_metrics.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::obs {
namespace {

class CounterHandle final : public Counter {
  public:
    explicit CounterHandle(prometheus::Counter& counter) : counter_(counter) {}

    void add(double by) override {
        FAULTLINE_ASSERT(by >= 0);
        counter_.Increment(by);
    }

    [[nodiscard]] double value() const override { return counter_.Value(); }

  private:
    prometheus::Counter& counter_;
};

class GaugeHandle final : public Gauge {
  public:
    explicit GaugeHandle(prometheus::Gauge& gauge) : gauge_(gauge) {}

    void set(double value) override { gauge_.Set(value); }

    [[nodiscard]] double value() const override { return gauge_.Value(); }

  private:
    prometheus::Gauge& gauge_;
};

class HistogramHandle final : public Histogram {
  public:
    explicit HistogramHandle(prometheus::Histogram& histogram) : histogram_(histogram) {}

    void observe(double value) override { histogram_.Observe(value); }

  private:
    prometheus::Histogram& histogram_;
};

/// Says which metric is meant before the assertion ends the process.
void require(const std::string& name, const std::string& fault) {
    if (!fault.empty()) {
        static_cast<void>(std::fprintf(stderr, "metric %s: %s\n", name.c_str(), fault.c_str()));
    }
    FAULTLINE_ASSERT(fault.empty());
}

bool strictly_increasing(const std::vector<double>& bounds) {
    const bool finite = std::ranges::all_of(bounds, [](double b) { return std::isfinite(b); });
    return !bounds.empty() && finite &&
           std::ranges::adjacent_find(bounds, std::greater_equal<>{}) == bounds.end();
}

using Key = std::pair<std::string, Labels>;

/// What is the same for all label values of one name.
struct Family {
    MetricKind kind = MetricKind::kCounter;
    std::set<std::string> label_names;
    std::vector<double> upper_bounds;
};

}  // namespace

struct Metrics::State {
    mutable std::mutex mutex;
    prometheus::Registry registry;
    std::map<std::string, Family> families;
    std::map<Key, CounterHandle> counters;
    std::map<Key, GaugeHandle> gauges;
    std::map<Key, HistogramHandle> histograms;

    /// Asserts the conventions, and that all users of a name mean the same metric.
    void check(
        const std::string& name,
        const Labels& labels,
        MetricKind kind,
        const std::vector<double>& upper_bounds
    ) {
        require(name, name_fault(name, kind));
        require(name, label_fault(labels));
        Family family{.kind = kind, .label_names = {}, .upper_bounds = upper_bounds};
        for (const auto& [label, value] : labels) {
            family.label_names.insert(label);
        }
        const auto& known = families.try_emplace(name, family).first->second;
        require(name, known.kind == kind ? "" : "is already a metric of another kind");
        require(name, known.label_names == family.label_names ? "" : "already has other labels");
        require(name, known.upper_bounds == upper_bounds ? "" : "already has other bounds");
    }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}

Metrics::~Metrics() = default;

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->counters.find({name, labels});
    if (found != state_->counters.end()) {
        return found->second;
    }
    state_->check(name, labels, MetricKind::kCounter, {});
    auto& made =
        prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry).Add(labels);
    return state_->counters.try_emplace({name, labels}, made).first->second;
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->gauges.find({name, labels});
    if (found != state_->gauges.end()) {
        return found->second;
    }
    state_->check(name, labels, MetricKind::kGauge, {});
    auto& made =
        prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry).Add(labels);
    return state_->gauges.try_emplace({name, labels}, made).first->second;
}

Histogram& Metrics::histogram(
    const std::string& name,
    const std::string& help,
    std::vector<double> upper_bounds,
    const Labels& labels
) {
    const std::scoped_lock lock(state_->mutex);
    state_->check(name, labels, MetricKind::kHistogram, upper_bounds);
    const auto found = state_->histograms.find({name, labels});
    if (found != state_->histograms.end()) {
        return found->second;
    }
    const prometheus::Histogram::BucketBoundaries bounds = std::move(upper_bounds);
    require(name, strictly_increasing(bounds) ? "" : "needs increasing finite bounds");
    auto& made = prometheus::BuildHistogram()
                     .Name(name)
                     .Help(help)
                     .Register(state_->registry)
                     .Add(labels, bounds);
    return state_->histograms.try_emplace({name, labels}, made).first->second;
}

std::string Metrics::text() const {
    std::vector<prometheus::MetricFamily> families;
    {
        const std::scoped_lock lock(state_->mutex);
        families = state_->registry.Collect();
    }
    std::ranges::move(process_metrics(), std::back_inserter(families));
    // The registry keeps families by kind and their metrics unordered; a page that two scrapes can
    // be compared on is sorted.
    std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
    for (auto& family : families) {
        std::ranges::sort(family.metric, {}, &prometheus::ClientMetric::label);
    }
    std::ostringstream out;
    out.imbue(std::locale::classic());
    prometheus::TextSerializer{}.Serialize(out, families);
    return std::move(out).str();
}

std::vector<double> latency_buckets() {
    return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
}

}  // namespace faultline::obs
