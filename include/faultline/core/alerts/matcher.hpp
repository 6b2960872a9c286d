// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/alerts/pattern.hpp>
#include <faultline/core/alerts/transition.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::alerts {

/// What routes, silences and inhibitions look at: an alert's labels, and `rule`, `severity`,
/// `group` and `chain`, which no label of the rule's own replaces.
using Labels = std::map<std::string, std::string>;

/// `chain_name` is the configuration's name of the chain.
Labels labels_of(const Transition& transition, std::string_view chain_name);

/// What is certain of an alert that is not there yet.
enum class Certainty : std::uint8_t {
    kNo,
    kMaybe,
    kYes
};

/// A condition on one label. A label that is not there has the empty text.
class Matcher {
  public:
    /// `rule="near-liquidation"`, `severity!="info"`, `account=~"0x(1|2).*"`, `market!~"test.*"`;
    /// the quotes may be left out. kInvalid says what is wrong.
    static Result<Matcher> parse(std::string_view text);

    [[nodiscard]] bool matches(const Labels& labels) const;

    /// Of an alert of which only some labels are known.
    [[nodiscard]] Certainty certainty(const Labels& known) const;

    /// Whether it holds where the label is empty, or not there.
    [[nodiscard]] bool takes_empty() const { return holds({}); }

    /// Whether it is known to refuse some text: `!=` of one, `!~` of what the empty one is not.
    [[nodiscard]] bool leaves_some_out() const {
        return (relation_ == Relation::kDiffers && !value_.empty()) ||
               (relation_ == Relation::kMisses && holds({}));
    }

    [[nodiscard]] const std::string& label() const noexcept { return label_; }

    /// As it is parsed, with quotes.
    [[nodiscard]] std::string text() const;

  private:
    enum class Relation : std::uint8_t {
        kEquals,
        kDiffers,
        kMatches,
        kMisses
    };

    Matcher(std::string label, Relation relation, std::string value, std::optional<Pattern> pattern)
        : label_(std::move(label)),
          relation_(relation),
          value_(std::move(value)),
          pattern_(std::move(pattern)) {}

    [[nodiscard]] bool holds(std::string_view value) const;

    std::string label_;
    Relation relation_;
    std::string value_;
    std::optional<Pattern> pattern_;
};

/// Whether all hold; of none, yes.
bool all_match(const std::vector<Matcher>& matchers, const Labels& labels);
Certainty all_certain(const std::vector<Matcher>& matchers, const Labels& known);

}  // namespace faultline::alerts
