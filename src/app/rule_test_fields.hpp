// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/config/section.hpp>

#include <app/config_fields.hpp>
#include <app/rule_test_series.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A file of tests of rules, as it is written: docs/rules.md.
namespace faultline::app::written {

using Texts = std::vector<std::pair<std::string, std::string>>;

struct TestSeries {
    std::string signal;
    Texts labels;  ///< Those that are left out are empty.
    SeriesValues values;
};

struct ExpectedAlert {
    std::string rule;
    Texts labels;  ///< It may have more.
    std::optional<std::string> summary;
};

struct Expectation {
    std::optional<Duration> at;  ///< Since the first block; or:
    std::optional<std::uint64_t> block;
    /// All there are; nullopt: any.
    std::optional<std::vector<ExpectedAlert>> firing;
    std::optional<std::vector<ExpectedAlert>> pending;
};

struct RuleTest {
    std::string name;
    Duration every = std::chrono::seconds(12);
    std::vector<TestSeries> series;
    std::vector<Expectation> expect;
};

struct RuleTests {
    std::vector<std::string> rule_files;
    std::vector<Rule> rules;
    std::vector<RuleTest> tests;
};

config::Section<RuleTests> rule_tests_section();

}  // namespace faultline::app::written
