// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/obs/metrics.hpp>

#include <algorithm>
#include <array>
#include <shell/obs/metric_names.hpp>
#include <span>
#include <string>
#include <string_view>

namespace faultline::obs {
namespace {

constexpr std::string_view kPrefix = "faultline_";
constexpr std::string_view kTotal = "_total";

constexpr std::array<std::string_view, 9> kHistogramUnits{
    "_seconds", "_bytes", "_ratio", "_blocks", "_logs", "_rows", "_reads", "_accounts", "_requests"
};

constexpr std::array<std::string_view, 14> kForeignUnits{
    "_ms",
    "_us",
    "_ns",
    "_millis",
    "_milliseconds",
    "_microseconds",
    "_minutes",
    "_hours",
    "_kb",
    "_mb",
    "_percent",
    "_duration",
    "_latency",
    "_time"
};

constexpr std::array<std::string_view, 4> kReservedLabels{"le", "quantile", "job", "instance"};

bool is_snake_case(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && name.back() != '_' &&
           name.find("__") == std::string_view::npos && std::ranges::all_of(name, allowed);
}

bool ends_with_any(std::string_view name, std::span<const std::string_view> endings) {
    return std::ranges::any_of(endings, [&](std::string_view e) { return name.ends_with(e); });
}

}  // namespace

std::string name_fault(std::string_view name, MetricKind kind) {
    if (!name.starts_with(kPrefix)) {
        return "must begin with faultline_";
    }
    if (!is_snake_case(name)) {
        return "must be snake_case";
    }
    std::string_view quantity = name;
    if (name.ends_with(kTotal)) {
        quantity.remove_suffix(kTotal.size());
    }
    if ((quantity.size() != name.size()) != (kind == MetricKind::kCounter)) {
        return kind == MetricKind::kCounter ? "a counter must end in _total"
                                            : "only a counter ends in _total";
    }
    if (ends_with_any(quantity, kForeignUnits)) {
        return "must be in a base unit: _seconds, _bytes, _ratio";
    }
    if (kind == MetricKind::kHistogram && !ends_with_any(name, kHistogramUnits)) {
        return "a histogram must end in its unit: _seconds, _bytes, _blocks, ...";
    }
    return {};
}

std::string label_fault(const Labels& labels) {
    for (const auto& [name, value] : labels) {
        if (!is_snake_case(name) ||
            std::ranges::find(kReservedLabels, name) != kReservedLabels.end()) {
            return "label " + name + " is reserved or not snake_case";
        }
        const bool hex = value.starts_with("0x") && value.size() >= 42;
        if (hex || value.find("://") != std::string::npos) {
            return "label " + name + " must not hold an address, hash or URL";
        }
    }
    return {};
}

}  // namespace faultline::obs
