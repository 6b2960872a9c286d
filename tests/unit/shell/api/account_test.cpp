// SPDX-License-Identifier: Apache-2.0
// One account, reserve by reserve.
#include "api_bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::api;
using namespace faultline::api::testing;

namespace {

constexpr const char* kAccount =
    "/v1/chains/devnet/aave/core/accounts/0x00000000000000000000000000000000000000AB";

}  // namespace

TEST_CASE("An account is shown reserve by reserve with its liquidation prices", "[api]") {
    Bench bench;
    aave::PositionFigures held;
    held.reserve = 3;
    held.asset = FakeChain::account(9);
    held.collateral = true;
    held.supplied = 5;
    held.price_base = Figure<U256>::of(200);
    held.supplied_base = Figure<U256>::of(1000);
    held.borrowed_base = Figure<U256>::of(0);
    held.liquidation_price_base = Figure<U256>::without(FigureStatus::kNoData, "nothing is owed");
    bench.chain.account_now.account.data = Figure<aave::AccountData>::of({});
    bench.chain.account_now.positions = Figure<std::vector<aave::PositionFigures>>::of({held});
    bench.chain.account_now.halted = "too deep a reorg";
    const auto response = bench.get(kAccount);
    CHECK(response.status == 200);
    CHECK(has(
        response,
        R"("halted":"too deep a reorg","account":"0x00000000000000000000000000000000000000ab","status":"value")"
    ));
    CHECK(
        has(response,
            R"("positions":[{"reserve":3,"asset":"0x0000000000000000000000000000000000000009",)"
            R"("collateral":true,"supplied":"5","borrowed":"0","borrowed_stable":"0",)"
            R"("price":{"status":"value","reason":"","price_base":"200"},)"
            R"("supplied_value":{"status":"value","reason":"","supplied_base":"1000"},)"
            R"("borrowed_value":{"status":"value","reason":"","borrowed_base":"0"},)"
            R"("liquidation_price":{"status":"no_data","reason":"nothing is owed"}}]})")
    );
}

TEST_CASE("An account without figures has no positions, and says why", "[api]") {
    Bench bench;
    bench.chain.account_now.account.data =
        Figure<aave::AccountData>::without(FigureStatus::kError, "the market is degraded");
    bench.chain.account_now.positions =
        Figure<std::vector<aave::PositionFigures>>::without(FigureStatus::kError, "degraded");
    CHECK(has(
        bench.get(kAccount), R"("status":"error","reason":"the market is degraded","positions":[]})"
    ));
}

TEST_CASE("A path that names no account is refused with what it takes", "[api]") {
    Bench bench;
    const auto response = bench.get("/v1/chains/devnet/aave/core/accounts/0x12");
    CHECK(response.status == 400);
    CHECK(has(response, "0x and 40 hex digits"));
    CHECK(
        bench.get("/v1/chains/devnet/aave/other/accounts/" + FakeChain::account(1).hex()).status ==
        404
    );
    CHECK(
        bench.get("/v1/chains/nowhere/aave/core/accounts/" + FakeChain::account(1).hex()).status ==
        404
    );
}
