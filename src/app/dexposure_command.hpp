// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <app/dexposure_metrics.hpp>
#include <app/dexposure_stress.hpp>
#include <memory>

namespace CLI {
class App;
}

namespace faultline::app {

/// `faultline dexposure`: its options and where their values go.
class DexposureCommand {
  public:
    explicit DexposureCommand(CLI::App& top);
    DexposureCommand(const DexposureCommand&) = delete;
    DexposureCommand& operator=(const DexposureCommand&) = delete;
    ~DexposureCommand();

    /// One of its two commands was.
    [[nodiscard]] bool given() const;
    [[nodiscard]] bool metrics_given() const;

    /// What was asked for; kInvalid for a week that is no day.
    [[nodiscard]] Result<DexposureMetrics> metrics() const;

    /// The same; kInvalid also for a shock that is none, or when there is none.
    [[nodiscard]] Result<DexposureStress> stress() const;

  private:
    struct Values;
    std::unique_ptr<Values> values_;
};

}  // namespace faultline::app
