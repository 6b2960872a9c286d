// SPDX-License-Identifier: Apache-2.0
#include "reproduction/report.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace reproduction {

namespace {

/// A group of so many figures is printed whole.
constexpr std::size_t kFew = 10;

std::string shown(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.15g", value);
    return text;
}

}  // namespace

void Report::group(std::string title) {
    end_group();
    title_ = std::move(title);
}

void Report::figure(std::string name, double expected, double got, double within) {
    const double apart = std::abs(expected - got);
    figures_.push_back({
        .name = std::move(name),
        .expected = shown(expected),
        .got = shown(got),
        // Nothing is within a distance of NaN.
        .difference = std::isnan(apart) ? std::numeric_limits<double>::infinity() : apart,
        .within = within,
    });
}

void Report::printed(std::string name, std::string_view expected, double got) {
    const std::size_t point = expected.find('.');
    const std::size_t decimals = point == std::string_view::npos ? 0 : expected.size() - point - 1;
    double value = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(expected.data(), expected.data() + expected.size(), value);
    // Half a unit, and a little for what halves are in binary.
    figure(std::move(name), value, got, 0.500001 * std::pow(10.0, -static_cast<double>(decimals)));
}

void Report::text(std::string name, std::string_view expected, std::string_view got) {
    figures_.push_back({
        .name = std::move(name),
        .expected = std::string(expected),
        .got = std::string(got),
        .difference = expected == got ? 0 : std::numeric_limits<double>::infinity(),
        .within = 0,
    });
}

bool Report::finish() {
    end_group();
    std::printf("%zu figures: %zu pass, %zu MISS\n", passed_ + missed_, passed_, missed_);
    return missed_ == 0;
}

void Report::print(const Figure& figure) {
    std::printf(
        "  %-52s %22s %22s %9.1e %s\n",
        figure.name.c_str(),
        figure.expected.c_str(),
        figure.got.c_str(),
        figure.difference,
        figure.passes() ? "pass" : "MISS"
    );
}

void Report::end_group() {
    if (figures_.empty()) {
        return;
    }
    std::printf("%s (%zu)\n", title_.c_str(), figures_.size());
    const bool every = show_all_ || figures_.size() <= kFew;
    const auto worst = std::ranges::max_element(figures_, {}, &Figure::difference);
    for (const Figure& figure : figures_) {
        ++(figure.passes() ? passed_ : missed_);
        if (every || !figure.passes() || &figure == &*worst) {
            print(figure);
        }
    }
    figures_.clear();
}

}  // namespace reproduction
