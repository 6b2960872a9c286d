// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/rules/rule_kind.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The kinds, a function each, and what they share.
namespace faultline::rules::kinds {

RuleKind auction_health();
RuleKind bad_debt();
RuleKind bank_run();
RuleKind cap_usage();
RuleKind concentration();
RuleKind conservation_broken();
RuleKind debt_at_risk();
RuleKind debt_ceiling();
RuleKind depeg();
RuleKind depth_shortfall();
RuleKind exposure_limit();
RuleKind expression();
RuleKind governance();
RuleKind health_factor();
RuleKind heartbeat();
RuleKind liquidation_burst();
RuleKind network_metric();
RuleKind oracle_jump();
RuleKind oracle_stale();
RuleKind outflow();
RuleKind pool_imbalance();
RuleKind price_deviation();
RuleKind psm_drain();
RuleKind rate_anomaly();
RuleKind source_changed();
RuleKind stress_loss();
RuleKind utilisation();

/// `protocols`, `markets`, and where a signal is of a part `tokens` and `parts`: which signals of
/// that name a rule reads. Empty lists mean all.
std::vector<Parameter> of_markets();
std::vector<Parameter> of_parts();
/// Of signals that have no token: `protocols`, `markets` and `parts`.
std::vector<Parameter> of_ilks();

/// Joins lists of parameters.
std::vector<Parameter> with(std::vector<Parameter> first, const std::vector<Parameter>& then);

/// `above` or `below`, with `resolve_at`.
std::vector<Parameter> above(std::string_view text, std::string_view default_value);
std::vector<Parameter> below(std::string_view text, std::string_view default_value);
Result<Limit> limit_above(const Arguments& arguments);
Result<Limit> limit_below(const Arguments& arguments);

/// "utilisation{market=~"core|prime"}": with what of_markets() or of_parts() took, and more.
std::string select(
    std::string_view name, const Arguments& arguments, const std::vector<std::string>& more = {}
);

/// `label=~"a|b"`, or `label="a"`; quotes and backslashes are escaped.
std::string matcher(std::string_view label, const std::vector<std::string>& values);

}  // namespace faultline::rules::kinds
