// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/signal.hpp>

#include <catch2/catch.hpp>

using faultline::signals::text;

TEST_CASE("a signal is written with its labels", "[signals]") {
    CHECK(text("heartbeat", {}) == "heartbeat");
    CHECK(
        text("utilisation", {{"token", "0x01"}, {"market", "co\"re\\"}}) ==
        R"(utilisation{market="co\"re\\", token="0x01"})"
    );
}
