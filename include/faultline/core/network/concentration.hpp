// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace faultline::network {

// How unequally an amount (degree, strength, size of nodes) is spread over its holders. All are
// nullopt where they are not defined: no values, a sum of 0 (value_entropy aside), or a value that
// is negative or not finite.

/// Herfindahl-Hirschman index: sum of (x_i / sum x)^2, from 1/n (all equal) to 1 (one holds all).
std::optional<double> hhi(std::span<const double> values);

/// Gini coefficient (2 sum i x_(i) - (n + 1) sum x) / (n sum x), x_(1) <= ... <= x_(n): 0 when all
/// are equal, (n - 1) / n when one holds all. As DeXposure-FM (arXiv 2602.03981, network
/// statistics).
std::optional<double> gini(std::span<const double> values);

/// The other formula in use, 1 - 2 sum_i (sum of the i smallest) / (n sum x), of DeXposure-Claw
/// (arXiv 2606.19501, N4 and N5): gini() - 1/n.
std::optional<double> gini_by_lorenz_sum(std::span<const double> values);

/// The share of the sum that the `count` largest hold (all, when there are fewer).
std::optional<double> top_share(std::span<const double> values, std::size_t count);

/// Shannon entropy -sum p(v) ln p(v) over the values that occur, p(v) being the share of entries
/// that are v. Of degrees: the degree entropy of DeXposure-FM. Nats.
std::optional<double> value_entropy(std::span<const double> values);

}  // namespace faultline::network
