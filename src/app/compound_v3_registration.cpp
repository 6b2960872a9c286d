// SPDX-License-Identifier: Apache-2.0
// Compound V3 as a protocol that can be configured and replayed.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <app/config_types.hpp>
#include <app/configured_protocol.hpp>
#include <app/registry.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using compound_v3::MarketConfig;
using namespace config;

Section<MarketConfig> section() {
    Section<MarketConfig> out(
        "Compound V3 market",
        "One Comet, by its proxy. Its configuration is read from what the proxy runs, and read "
        "again "
        "after each upgrade."
    );
    out.required(
        {.name = "name", .text = "For people and rules; unique within the chain.", .example = "usdc"
        },
        &MarketConfig::name,
        identifier()
    );
    out.required(
        {.name = "comet", .text = "The Comet proxy."}, &MarketConfig::comet, address_type()
    );
    constexpr std::size_t kMostTokens = 64;
    out.optional(
        {.name = "tokens",
         .text = "Its base asset and collaterals. Given, only these and the Comet are asked for "
                 "their `Transfer`, not every token of the chain; what the Comet has of one that "
                 "is missing here is read at each block.",
         .default_text = "every token of the chain"},
        &MarketConfig::tokens,
        list_of(address_type(), {.most = kMostTokens})
    );
    out.optional(
        {.name = "deployed_at",
         .text = "A block at or before the proxy's first event; without it the chain can only be "
                 "followed from where `faultline bootstrap` read it.",
         .default_text = "not known"},
        &MarketConfig::deployed_at,
        maybe(integer<eth::BlockNum>(0, kMostBlocks))
    );
    out.optional(
        {.name = "base_currency",
         .text = "What the market's price feeds value assets in: `USD`, or `ETH` where the base "
                 "token is worth about one. For people."},
        [](MarketConfig& m) -> auto& { return m.base_currency.symbol; },
        text("symbol of a currency")
    );
    return out;
}

std::vector<std::pair<std::string, Address>> contracts_of(const MarketConfig& market) {
    return {{"comet", market.comet}};
}

void write(JsonWriter& json, const MarketConfig& market) {
    json.field("comet", market.comet.hex());
    json.field("baseCurrency", market.base_currency.symbol);
}

Result<MarketConfig> recorded_at(const tape::Manifest& manifest, const std::string& at) {
    MarketConfig market;
    market.name = text_at(manifest, at + ".name", "comet");
    market.base_currency.symbol =
        text_at(manifest, at + ".baseCurrency", market.base_currency.symbol);
    FAULTLINE_TRY(market.comet, address_at(manifest, at + ".comet"));
    return market;
}

/// What this program records, or a tape of one Comet.
Result<std::optional<TapeMarkets>> of_tape(const tape::Manifest& manifest) {
    std::vector<MarketConfig> markets;
    for (std::size_t i = 0;; ++i) {
        const std::string at = "compound_v3." + std::to_string(i);
        if (manifest.find(at + ".comet") == nullptr) {
            break;
        }
        FAULTLINE_TRY(MarketConfig market, recorded_at(manifest, at));
        markets.push_back(std::move(market));
    }
    if (markets.empty() && manifest.find("comet") != nullptr) {
        MarketConfig market;
        market.name = "comet";
        FAULTLINE_TRY(market.comet, address_at(manifest, "comet"));
        markets.push_back(std::move(market));
    }
    if (markets.empty()) {
        return std::optional<TapeMarkets>();
    }
    TapeMarkets out;
    for (const MarketConfig& market : markets) {
        out.described.push_back(market.name + ": Compound V3, comet " + market.comet.hex());
    }
    out.deployment = std::make_shared<const compound_v3::Deployment>(std::move(markets));
    return std::optional(std::move(out));
}

}  // namespace

std::unique_ptr<const ConfiguredProtocol> make_compound_v3() {
    return std::make_unique<const OneList<MarketConfig, compound_v3::Deployment>>(
        MarketField<MarketConfig>{
            .name = "compound_v3",
            .text_in_chain = "Markets of Compound V3.",
            .text_in_file = "Compound V3 markets. Their tokens' `Transfer` has the topic of every "
                            "token's, so a chain with one that has no `tokens` has far more logs "
                            "to fetch.",
            .section = section,
            .contracts = contracts_of,
            .faults = nullptr
        },
        write,
        of_tape
    );
}

}  // namespace faultline::app
