// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/mute_window.hpp>
#include <faultline/core/rules/severity.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace faultline::rules {

/// What a rule does while its figure is not a value. None of them takes it for fine.
enum class WithoutFigure : std::uint8_t {
    kHold,  ///< Nothing begins and nothing ends; it is counted and shown.
    kFire,  ///< As if the condition held.
};

/// How long a condition takes to become an alert, and an alert to end. Seconds are of the chain's
/// time. All of them have to pass.
struct Patience {
    std::uint32_t for_blocks = 1;   ///< In a row; 1 fires at the first.
    std::uint64_t for_seconds = 0;  ///< Since the condition began to hold.
    /// A firing alert resolves when its condition did not hold for so long.
    std::uint64_t keep_firing_seconds = 0;
    /// After it resolved, nothing fires for so long.
    std::uint64_t cooldown_seconds = 0;
    /// A firing alert is told again after so long; 0: once.
    std::uint64_t repeat_seconds = 0;
    bool muted = false;  ///< Nothing begins to fire now.

    bool operator==(const Patience&) const = default;
};

/// What every rule says beside its condition.
struct Terms {
    std::string name;  ///< Unique: alerts are told apart by it.
    Severity severity = Severity::kWarning;
    Patience patience;  ///< `muted` is of the block, see patience_at().
    /// Receivers hear of a transition when its block is that final.
    eth::Finality wait_for = eth::Finality::kLatest;
    WithoutFigure on_no_data = WithoutFigure::kHold;
    WithoutFigure on_stale = WithoutFigure::kHold;
    WithoutFigure on_error = WithoutFigure::kHold;
    std::map<std::string, std::string> labels;  ///< Added to those of each alert.
    std::string summary;                        ///< A TextTemplate; empty: the rule's own words.
    std::string runbook;                        ///< Where to read what to do; may be empty.
    std::string group;                          ///< Alerts of a group are told together.
    std::vector<MuteWindow> mutes;

    bool operator==(const Terms&) const = default;

    /// What it does about a figure of that status. @pre status is not kValue
    [[nodiscard]] WithoutFigure without(FigureStatus status) const noexcept;
    [[nodiscard]] Patience patience_at(UnixSeconds block) const;
};

}  // namespace faultline::rules
