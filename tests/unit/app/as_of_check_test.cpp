// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/engine/graph_history.hpp>

#include <catch2/catch.hpp>

#include <app/as_of_check.hpp>
#include <cstdint>
#include <limits>
#include <string>

namespace faultline::app {
namespace {

TEST_CASE("what has not come yet has no graph, and the answer names the newest", "[app]") {
    const graph::GraphRow newest{
        .block = {.number = 100, .hash = {}}, .timestamp = UnixSeconds{1'000}
    };
    constexpr UnixMillis kNow{1'060'999};
    using engine::AsOf;
    for (const AsOf past :
         {AsOf(eth::BlockNum{0}),
          AsOf(eth::BlockNum{100}),
          AsOf(UnixSeconds{0}),
          AsOf(UnixSeconds{1'000}),
          AsOf(UnixSeconds{1'060})}) {
        CHECK(has_come(past, newest, kNow));
    }
    for (const AsOf coming :
         {AsOf(eth::BlockNum{101}),
          AsOf(std::numeric_limits<eth::BlockNum>::max()),
          AsOf(UnixSeconds{1'061}),
          AsOf(UnixSeconds{std::numeric_limits<std::uint64_t>::max()})}) {
        const auto refused = has_come(coming, newest, kNow);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code() == Code::kMissing);
        CHECK(
            refused.error().message().find("The newest is of block " + newest.block.text()) !=
            std::string::npos
        );
    }
    // A clock that is behind the chain's refuses nothing that is there.
    CHECK(has_come(AsOf(UnixSeconds{1'000}), newest, UnixMillis{10}));
    CHECK_FALSE(has_come(AsOf(UnixSeconds{1'001}), newest, UnixMillis{-1}));
}

}  // namespace
}  // namespace faultline::app
