// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/catalogue.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

using namespace faultline::signals;

TEST_CASE("the catalogue is in order and complete", "[signals]") {
    CHECK(std::ranges::is_sorted(catalogue(), {}, &Kind::name));
    for (const Kind& kind : catalogue()) {
        INFO(kind.name);
        CHECK(kind_of(kind.name) == &kind);
        CHECK(std::ranges::is_sorted(kind.labels));
        CHECK(kind.text.ends_with('.'));
        CHECK(std::ranges::all_of(kind.name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        }));
    }
    CHECK(kind_of("nothing") == nullptr);
}

TEST_CASE("docs/signals.md has every signal of the catalogue, and no other", "[signals]") {
    std::ifstream page(std::string(FAULTLINE_SOURCE_DIR) + "/docs/signals.md");
    std::vector<std::string> told;
    bool by_name = false;
    for (std::string line; std::getline(page, line);) {
        by_name = line.starts_with("## ") ? line == "## By name" : by_name;
        if (by_name && line.starts_with("| `")) {
            told.push_back(line);
        }
    }
    std::vector<std::string> expected;
    for (const Kind& kind : catalogue()) {
        std::string labels;
        for (const std::string_view label : kind.labels) {
            labels += (labels.empty() ? "`" : ", `") + std::string(label) + "`";
        }
        expected.push_back(
            "| `" + std::string(kind.name) + "` | " + std::string(kind.unit) + " | " + labels +
            " | " + std::string(kind.text) + " |"
        );
    }
    CHECK(told == expected);
}
