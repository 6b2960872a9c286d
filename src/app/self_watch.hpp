// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/notice.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

/// Says when nothing new is heard of a chain.
class Silence {
  public:
    /// Endpoints that are gone for a moment are waited for.
    static constexpr Duration kPatience = std::chrono::minutes(2);

    /// Why it counts as silent; empty: it does not, or not for long enough.
    std::string judge(const api::HeadNews& news, Instant now);

  private:
    std::optional<Instant> since_;
};

/// What has to be told of receivers that stopped or go on, and is not yet.
std::vector<engine::Notice> receiver_notices(
    const std::vector<delivery::Standing>& standings, const engine::Fold& fold
);

struct SelfWatchParts {
    engine::Engine& engine;
    runtime::Clock& clock;
    std::function<api::HeadNews()> head;
    std::function<std::vector<delivery::Standing>()> receivers;
};

/// Has alerts made of what no block tells: a receiver that is not sent to any more, a chain of
/// which nothing is heard. They go to the receivers that work. Thread: loop.
class SelfWatch {
  public:
    explicit SelfWatch(SelfWatchParts parts) : parts_(std::move(parts)) {}

    /// Looks every few seconds until cancelled.
    runtime::Task<> run();

  private:
    runtime::Task<> look();

    SelfWatchParts parts_;
    Silence silence_;
};

}  // namespace faultline::app
