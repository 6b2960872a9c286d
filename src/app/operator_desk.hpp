// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/api/operator_view.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/desk/desk.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace faultline::app {

/// The desk, as the API asks it: reads bodies as configurations are read, so that what is wrong is
/// said with its place and the nearest name. Thread: loop.
class OperatorDesk final : public api::OperatorView {
  public:
    /// All outlive it.
    OperatorDesk(
        desk::Desk& desk, std::vector<api::ChainView*> chains, const runtime::Clock& clock
    );

    [[nodiscard]] std::vector<api::SilenceFigures> silences() const override;
    runtime::Task<Result<api::SilenceFigures>> silence(std::string body) override;
    runtime::Task<Result<api::SilenceFigures>> expire(std::string id, std::string body) override;
    runtime::Task<Result<std::vector<api::AcknowledgedFigures>>> acknowledge(
        std::string fingerprint, std::string body
    ) override;
    [[nodiscard]] std::vector<api::OperationFigures> operations(std::size_t most) const override;

  private:
    desk::Desk& desk_;
    std::vector<api::ChainView*> chains_;
    const runtime::Clock& clock_;
};

}  // namespace faultline::app
