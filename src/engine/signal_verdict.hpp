// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>

#include <map>
#include <string>

namespace faultline::engine {

/// The alert of a rule's row.
alerts::AlertKey key_of(const Hash32& rule, const signals::Labels& labels);

/// The signals that a row was made from, as text, by name and labels.
std::map<std::string, std::string> inputs_of(const signals::Row& row);

/// What a rule makes of a row; kHold where nothing is to change.
rules::Verdict verdict_of(const rules::SignalRule& rule, const signals::Row& row);

/// The position that an alert of a rule over positions is about.
protocol::Holder holder_of(const alerts::AlertKey& key);

/// "error: the oracle did not answer".
std::string without_figure(const Figure<protocol::PositionHealth>& figure);

/// The currency outlives it.
rules::HealthReading health_reading(
    const protocol::PositionHealth& health, const protocol::BaseCurrency& currency
);

}  // namespace faultline::engine
