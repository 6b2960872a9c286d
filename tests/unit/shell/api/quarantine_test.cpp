// SPDX-License-Identifier: Apache-2.0
#include "api_bench.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/shell/api/view.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace faultline::api::testing {

TEST_CASE("Quarantined logs are shown as the chain has them, with the reason", "[api]") {
    Bench bench;
    bench.chain.quarantine_now.usable = Figure<bool>::without(FigureStatus::kError, "a bad log");
    protocol::QuarantinedLog log;
    log.block = FakeChain::block(7);
    log.log_index = 3;
    log.topics = {Hash32{}};
    log.data = {0xab, 0x01};
    log.data_bytes = 2;
    log.why = "an index would go down";
    bench.chain.quarantine_now.total = 2000;
    bench.chain.quarantine_now.logs = {log};
    const auto response = bench.get("/v1/chains/devnet/aave/core/quarantine");
    CHECK(response.status == 200);
    const std::string zeros(64, '0');
    CHECK(
        has(response,
            R"("status":"error","reason":"a bad log","total":2000,"logs":[{"block":{"number":7,)")
    );
    CHECK(
        has(response,
            R"("tx_hash":"0x)" + zeros + R"(","log_index":3,"address":"0x)" + zeros.substr(24) +
                R"(","topics":["0x)" + zeros +
                R"("],"data":"0xab01","data_bytes":2,"why":"an index would go down"}]})")
    );
    CHECK(bench.get("/v1/chains/devnet/aave/other/quarantine").status == 404);
    CHECK(bench.get("/v1/chains/devnet/aave/core/quarantine?limit=1").status == 400);
}

}  // namespace faultline::api::testing
