// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace faultline::network {

namespace {

bool are_amounts(std::span<const double> values) {
    return std::ranges::all_of(values, [](double value) {
        return std::isfinite(value) && value >= 0;
    });
}

/// The sum, when shares of it are defined.
std::optional<double> shared_sum(std::span<const double> values) {
    if (!are_amounts(values)) {
        return std::nullopt;
    }
    Sum sum;
    for (const double value : values) {
        sum.add(value);
    }
    const double total = sum.value();
    return total > 0 && std::isfinite(total) ? std::optional(total) : std::nullopt;
}

}  // namespace

std::optional<double> hhi(std::span<const double> values) {
    const std::optional<double> total = shared_sum(values);
    if (!total) {
        return std::nullopt;
    }
    Sum out;
    for (const double value : values) {
        const double share = value / *total;
        out.add(share * share);
    }
    return out.value();
}

std::optional<double> gini(std::span<const double> values) {
    const std::optional<double> total = shared_sum(values);
    if (!total) {
        return std::nullopt;
    }
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const double count = static_cast<double>(sorted.size());
    // 2 i - (n + 1) is exact, and shares keep the product within range.
    Sum out;
    for (std::size_t at = 0; at < sorted.size(); ++at) {
        const double rank = 2 * static_cast<double>(at + 1) - (count + 1);
        out.add(rank * (sorted[at] / *total));
    }
    return out.value() / count;
}

std::optional<double> gini_by_lorenz_sum(std::span<const double> values) {
    const std::optional<double> unbiased = gini(values);
    if (!unbiased) {
        return std::nullopt;
    }
    return *unbiased - 1 / static_cast<double>(values.size());
}

std::optional<double> top_share(std::span<const double> values, std::size_t count) {
    const std::optional<double> total = shared_sum(values);
    if (!total) {
        return std::nullopt;
    }
    const std::size_t taken = std::min(count, values.size());
    std::vector<double> largest(taken);
    std::ranges::partial_sort_copy(values, largest, std::greater<>{});
    Sum out;
    for (const double value : largest) {
        out.add(value / *total);
    }
    return out.value();
}

std::optional<double> value_entropy(std::span<const double> values) {
    if (values.empty() || !are_amounts(values)) {
        return std::nullopt;
    }
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    const double count = static_cast<double>(sorted.size());
    Sum out;
    for (auto from = sorted.begin(); from != sorted.end();) {
        const auto to = std::upper_bound(from, sorted.end(), *from);
        const double share = static_cast<double>(to - from) / count;
        out.add(-share * std::log(share));
        from = to;
    }
    return std::max(0.0, out.value());  // of one value: not -0
}

}  // namespace faultline::network
