// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/matcher.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::alerts {

/// While an alert that `source` matches fires, those that `target` matches and that have the same
/// text in each label of `equal` are not told.
struct Inhibition {
    std::vector<Matcher> source;
    std::vector<Matcher> target;
    std::vector<std::string> equal;
};

struct FiringAlert {
    std::string fingerprint;
    Labels labels;
};

/// Who keeps whom quiet, of what fires at a moment.
///
/// Alerts that would inhibit each other, itself included, whether directly or around a circle, do
/// not: they all are told. Everybody else who is quiet is so because of somebody who is told, so
/// nothing can make all go quiet.
class Inhibitor {
  public:
    Inhibitor() = default;
    /// Costs alerts times inhibitions.
    Inhibitor(const std::vector<Inhibition>& inhibitions, const std::vector<FiringAlert>& firing);

    /// The fingerprint of an alert that inhibits this one, which need not fire.
    [[nodiscard]] std::optional<std::string> source_of(
        const std::string& fingerprint, const Labels& labels
    ) const;

  private:
    /// Where sources of an inhibition and the targets with the same labels meet.
    using Meeting = std::pair<std::size_t, std::vector<std::string>>;

    struct Network;

    /// Two sources of different circles are enough to have one for everybody.
    struct Source {
        std::size_t circle = 0;
        std::string fingerprint;
    };

    static std::vector<std::string> values_of(
        const std::vector<std::string>& names, const Labels& labels
    );

    std::vector<Inhibition> inhibitions_;
    std::map<Meeting, std::vector<Source>> sources_;
    std::map<std::string, std::size_t> circles_;  ///< By fingerprint, of what fires.
};

}  // namespace faultline::alerts
