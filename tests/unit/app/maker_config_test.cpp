// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using faultline::test::Bench;
using Messages = std::vector<std::string>;

namespace {

const std::string kMarkets = "conf/chains/eth.yaml";

/// A market with one lite PSM, without a pocket.
constexpr const char* kMaker = R"(    deployed_at: 100
maker:
  - name: maker
    vat: "0x35D1b3F3D7966A1DFe207aa4514C12a259A0492B"
    jug: "0x19c0976f590D67707E62397C87829d896Dc0f1F1"
    spotter: "0x65C79fcB50Ca1594B025960e539eD7A9a6D434A3"
    dog: "0x135954d155898D42C90D2a57824C690e0c7BEf1B"
    vow: "0xA950524441892A31ebddF91d3cEEFa04Bf454466"
    dai: "0x6B175474E89094C44Da98b954EedeAC495271d0F"
    dai_join: "0x9759A6Ac90977b93B58547b4A71c78317f391A28"
    pot: "0x197E90f9FAD81970bA7976f33CbD77088E5D7cf7"
    psms:
      - name: lite
        psm: "0xf6e72Db5454dd049d0788e411b06CfAF16853042"
        gem: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
        ilk: LITE-PSM-USDC-A
        gem_decimals: 6
    deployed_at: 100
)";

}  // namespace

TEST_CASE("a lite PSM of Maker's without a pocket is refused, as it would seem empty") {
    std::string psm = kMaker;
    const std::string where = kMarkets + ":21:14 maker[0].psms[0].psm: ";
    CHECK(
        Bench().replace("    deployed_at: 100\n", psm).messages() ==
        Messages{where + "is lite and has no pocket; give pocket, or make kind legacy"}
    );
    const std::string gem = "        gem: ";
    psm.insert(psm.find(gem), "        pocket: \"0x37305B1cD40574E4C5Ce33f8e8306Be057fD7341\"\n");
    CHECK(Bench().replace("    deployed_at: 100\n", psm).messages().empty());
}

TEST_CASE("PSMs of a Maker market are told apart, and what they swap is none of its contracts") {
    std::string psms = kMaker;
    const std::string end = "    deployed_at: 100\n";
    psms.insert(psms.rfind(end), R"(        pocket: "0x37305B1cD40574E4C5Ce33f8e8306Be057fD7341"
      - name: lite
        psm: "0x89B78CfA322F6C5dE0aBcEecab66Aee45393cC5A"
        gem: "0x35D1b3F3D7966A1DFe207aa4514C12a259A0492B"
        ilk: PSM-USDC-A
        gem_decimals: 6
        kind: legacy
)");
    CHECK(
        Bench().replace("    deployed_at: 100\n", psms).messages() ==
        Messages{
            kMarkets +
                ":26:15 maker[0].psms[1].name: is the name of psms[0] too; give each its own",
            kMarkets + ":28:14 maker[0].psms[1].gem: is the market's vat; give the token that the "
                       "PSM swaps for Dai"
        }
    );
}
