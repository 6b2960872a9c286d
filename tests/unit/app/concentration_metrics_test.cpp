// SPDX-License-Identifier: Apache-2.0
#include "unit/core/graph/graph_maker.hpp"

#include <faultline/core/graph/look_through.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <catch2/catch.hpp>

#include <app/concentration_metrics.hpp>
#include <optional>
#include <string>

namespace faultline::app {
namespace {

struct Shown {
    obs::Metrics registry;
    ConcentrationMetrics metrics{
        registry,
        "devnet",
        {{.protocol = "aave_v3", .name = "core"}, {.protocol = "maker", .name = "vat"}}
    };

    [[nodiscard]] bool has(const std::string& name, const std::string& market) const {
        return registry.text().find(
                   "faultline_market_" + name + "{chain=\"devnet\",market=" + market
               ) != std::string::npos;
    }
};

const std::string kCore = "\"core\",protocol=\"aave_v3\"} ";
const std::string kVat = "\"vat\",protocol=\"maker\"} ";

TEST_CASE("a market shows how concentrated it is, and NaN where there is no figure", "[graph]") {
    Shown shown;
    for (const char* name :
         {"suppliers_hhi", "borrowers_hhi", "collateral_hhi", "top10_suppliers_ratio"}) {
        CHECK(shown.has(name, kCore + "Nan"));
        CHECK(shown.has(name, kVat + "Nan"));
    }
    const graph::Snapshot snapshot = graph::GraphMaker()
                                         .claim("account:alice", "market:pool", "DAI", 50)
                                         .claim("others:pool", "market:pool", "DAI", 50)
                                         .edge(
                                             "market:pool",
                                             graph::EdgeKind::kDebt,
                                             "account:bob",
                                             {.part = "DAI",
                                              .token = "DAI",
                                              .usd = std::nullopt,
                                              .proof = graph::Proof::kConfirmed}
                                         )
                                         .make();
    shown.metrics.show(graph::LookThrough(snapshot), {graph::key_of("market:pool"), std::nullopt});
    CHECK(shown.has("suppliers_hhi", kCore + "0.25\n"));
    CHECK(shown.has("top10_suppliers_ratio", kCore + "0.5\n"));
    CHECK(shown.has("borrowers_hhi", kCore + "Nan"));
    // Nobody's claims secure anything.
    CHECK(shown.has("collateral_hhi", kCore + "Nan"));
    CHECK(shown.has("suppliers_hhi", kVat + "Nan"));
    // What is gone is not what it was.
    const graph::Snapshot empty = graph::GraphMaker().make();
    shown.metrics.show(graph::LookThrough(empty), {graph::key_of("market:pool"), std::nullopt});
    CHECK(shown.has("suppliers_hhi", kCore + "Nan"));
}

}  // namespace
}  // namespace faultline::app
