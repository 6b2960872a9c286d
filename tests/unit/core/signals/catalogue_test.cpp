// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/catalogue.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

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
