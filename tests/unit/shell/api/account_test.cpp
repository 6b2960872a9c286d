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
    CHECK(has(
        response,
        R"("positions":[{"reserve":3,"asset":"0x0000000000000000000000000000000000000009",)"
        R"("collateral":true,"supplied":"5","borrowed":"0","borrowed_stable":"0",)"
        R"("price":{"status":"value","reason":"","price_base":"200"},)"
        R"("supplied_value":{"status":"value","reason":"","supplied_base":"1000"},)"
        R"("borrowed_value":{"status":"value","reason":"","borrowed_base":"0"},)"
        R"("liquidation_price":{"status":"no_data","reason":"nothing is owed"}}],"liquidations":[]})"
    ));
}

TEST_CASE("An account without figures has no positions, and says why", "[api]") {
    Bench bench;
    bench.chain.account_now.account.data =
        Figure<aave::AccountData>::without(FigureStatus::kError, "the market is degraded");
    bench.chain.account_now.positions =
        Figure<std::vector<aave::PositionFigures>>::without(FigureStatus::kError, "degraded");
    CHECK(has(
        bench.get(kAccount),
        R"("status":"error","reason":"the market is degraded","positions":[],"liquidations":[]})"
    ));
}

TEST_CASE("What a liquidator could take is shown by pair, with why not or why unknown", "[api]") {
    Bench bench;
    aave::Liquidation open;
    open.debt_reserve = 1;
    open.debt_asset = FakeChain::account(8);
    open.collateral_reserve = 3;
    open.collateral_asset = FakeChain::account(9);
    aave::LiquidationTerms terms;
    terms.open = true;
    terms.close_factor_debt = 100;
    terms.debt_covered = 95;
    terms.collateral_taken = 99;
    terms.liquidator_receives = 98;
    terms.protocol_fee = 1;
    terms.writes_off_rest = true;
    open.terms = Figure<aave::LiquidationTerms>::of(terms);
    aave::Liquidation closed = open;
    terms = {};
    terms.closed_because = "a reserve is paused";
    closed.terms = Figure<aave::LiquidationTerms>::of(terms);
    aave::Liquidation unknown = open;
    unknown.terms =
        Figure<aave::LiquidationTerms>::without(FigureStatus::kNoData, "a sentinel decides");
    bench.chain.account_now.account.data = Figure<aave::AccountData>::of({});
    bench.chain.account_now.liquidations =
        Figure<std::vector<aave::Liquidation>>::of({open, closed, unknown});
    const auto response = bench.get(kAccount);
    const std::string pair =
        R"({"debt_reserve":1,"debt_asset":"0x0000000000000000000000000000000000000008",)"
        R"("collateral_reserve":3,)"
        R"("collateral_asset":"0x0000000000000000000000000000000000000009",)";
    CHECK(has(
        response,
        R"("positions":[],"liquidations":[)" + pair +
            R"("status":"value","reason":"","open":true,"closed_because":"",)"
            R"("close_factor_debt":"100","debt_covered":"95","collateral_taken":"99",)"
            R"("liquidator_receives":"98","protocol_fee":"1","writes_off_rest":true},)" +
            pair +
            R"("status":"value","reason":"","open":false,"closed_because":"a reserve is paused",)"
            R"("close_factor_debt":"0","debt_covered":"0","collateral_taken":"0",)"
            R"("liquidator_receives":"0","protocol_fee":"0","writes_off_rest":false},)" +
            pair + R"("status":"no_data","reason":"a sentinel decides"}]})"
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
