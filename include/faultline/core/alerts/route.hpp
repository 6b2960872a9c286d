// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::alerts {

/// Whom to tell next when nobody has acknowledged the alert.
struct EscalationStep {
    Duration after{};  ///< Since the firing was first seen.
    std::vector<std::string> receivers;
};

/// Which receivers hear of which alerts.
struct Route {
    std::vector<Matcher> match;          ///< All must hold; none: every alert.
    std::vector<std::string> receivers;  ///< May be none: such alerts are told to nobody.
    std::vector<EscalationStep> escalation;
    bool goes_on = false;  ///< Later routes are looked at, too.
    /// Labels: alerts with the same text in each are told together to people; none: by their rules.
    // The empty initializer lets a declaration leave the member out.
    // NOLINTNEXTLINE(readability-redundant-member-init)
    std::vector<std::string> group_by = {};
};

/// How one receiver hears of an alert.
struct Placement {
    Duration after{};                   ///< At once, or after escalation.
    std::vector<std::string> group_by;  ///< Of the route that says so.
};

/// The first route that matches decides, with those after it while they go on. What no route
/// matches is told to every receiver: an alert that was forgotten is not lost.
class Routes {
  public:
    Routes() = default;
    explicit Routes(std::vector<Route> routes);

    /// How that receiver hears of the alert; nullopt: never.
    [[nodiscard]] std::optional<Placement> placement_of(
        std::string_view receiver, const Labels& labels
    ) const;

    /// Whether that receiver may hear of an alert of which only these labels are known.
    [[nodiscard]] bool may_tell(std::string_view receiver, const Labels& known) const;

  private:
    std::vector<Route> routes_;
};

}  // namespace faultline::alerts
