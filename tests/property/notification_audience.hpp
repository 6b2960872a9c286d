// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "notification_model.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::delivery::testing {

/// All receivers of the model: when each is told of which alert, and what it heard.
class Audience {
  public:
    static constexpr std::size_t kAlerts = 4;
    static constexpr std::array kNames = {"a", "b", "c"};

    using Rows = std::map<HeardModel::Sequence, ModelRow>;
    using Names = std::set<std::string>;

    /// Receivers are told of every alert at once, or of none, as `placements` is left to say.
    explicit Audience(const std::function<HeardModel::Around(std::size_t)>& around) {
        for (const std::string name : kNames) {
            placements[name].fill(std::nullopt);
            for (std::size_t i = 0; i < kAlerts; ++i) {
                HeardModel::Around here = around(i);
                here.placement = [this, name, i](const ModelRow&) {
                    return placements.at(name).at(i);
                };
                heard_[name].emplace_back(std::move(here));
            }
        }
    }

    Audience(const Audience&) = delete;
    Audience& operator=(const Audience&) = delete;
    ~Audience() = default;

    /// Who is there at the very start.
    void begin(const Names& receivers) {
        receivers_ = receivers;
        known_ = receivers;
    }

    /// A row is committed. Settles.
    void take(HeardModel::Sequence sequence, const ModelRow& row) {
        for (const std::string& name : receivers_) {
            heard_.at(name)[alert_of(row)].take(sequence, row);
        }
        settle();
    }

    void settle() {
        for (auto& [name, all] : heard_) {
            for (HeardModel& alert : all) {
                alert.settle();
            }
        }
    }

    /// Another process with these receivers, and what `placements` says by then. @param outbox
    /// rows(), as it was before `placements` changed @param fires which alerts do
    void restart(
        const Names& receivers, const Rows& outbox, const std::array<bool, kAlerts>& fires
    ) {
        const Names before = std::exchange(receivers_, receivers);
        for (auto& [name, all] : heard_) {
            for (HeardModel& alert : all) {
                receivers.contains(name) && before.contains(name) ? alert.restart()
                                                                  : alert.remove();
            }
            if (receivers.contains(name) && !before.contains(name)) {
                join(name, outbox, fires);
            }
        }
        settle();
    }

    /// What the outbox should have.
    [[nodiscard]] Rows rows() const {
        Rows out;
        for (const auto& [name, all] : heard_) {
            for (const HeardModel& alert : all) {
                alert.rows(out);
            }
        }
        return out;
    }

    /// Keys of one alert's transitions that a receiver should have heard, in order.
    [[nodiscard]] const std::vector<std::string>& told(const std::string& name, std::size_t i)
        const {
        return heard_.at(name).at(i).told;
    }

    [[nodiscard]] const Names& receivers() const { return receivers_; }

    /// `placements`, as the configuration has them: one route for each alert.
    [[nodiscard]] alerts::Routes routes() const {
        std::vector<alerts::Route> out;
        for (std::size_t i = 0; i < kAlerts; ++i) {
            alerts::Route route;
            route.match = {alerts::Matcher::parse("account=" + std::to_string(i)).value()};
            for (const auto& [name, all] : placements) {
                if (all.at(i) == Duration::zero()) {
                    route.receivers.push_back(name);
                } else if (all.at(i)) {
                    route.escalation.push_back({.after = *all.at(i), .receivers = {name}});
                }
            }
            out.push_back(std::move(route));
        }
        return alerts::Routes(std::move(out));
    }

    /// When each receiver is told of each alert, if it is.
    std::map<std::string, std::array<std::optional<Duration>, kAlerts>> placements;

  private:
    static std::size_t alert_of(const ModelRow& row) {
        return static_cast<std::size_t>(row.transition.fingerprint.at(1) - '0');
    }

    /// It hears of what is in the outbox. One that was never there before knows nothing of what
    /// was told by then.
    void join(const std::string& name, const Rows& outbox, const std::array<bool, kAlerts>& fires) {
        std::array<std::optional<bool>, kAlerts> stood;
        for (const auto& [sequence, row] : outbox) {
            std::optional<bool>& one = stood.at(alert_of(row));
            if (!one && row.says() != ModelRow::Says::kStill) {
                one = row.says() == ModelRow::Says::kEnds;
            }
        }
        const bool is_new = known_.insert(name).second;
        for (std::size_t i = 0; i < kAlerts && is_new; ++i) {
            if (stood.at(i).value_or(fires.at(i))) {
                heard_.at(name)[i].begin_untold();
            }
        }
        for (const auto& [sequence, row] : outbox) {
            heard_.at(name)[alert_of(row)].take(sequence, row, !is_new);
        }
    }

    std::map<std::string, std::vector<HeardModel>> heard_;
    Names receivers_;
    Names known_;  ///< Receivers that there ever were.
};

}  // namespace faultline::delivery::testing
