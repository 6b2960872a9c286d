// SPDX-License-Identifier: Apache-2.0
// Compound V2 and its forks as a protocol that can be configured and replayed.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocols/compound_v2/deployment.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <algorithm>
#include <app/config_types.hpp>
#include <app/configured_protocol.hpp>
#include <app/registry.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using compound_v2::MarketConfig;
using namespace config;

Section<MarketConfig> section() {
    Section<MarketConfig> out(
        "Compound V2 market",
        "One Comptroller with all of its cTokens, which are found through its events. Forks such "
        "as "
        "Venus are markets like this one."
    );
    out.required(
        {.name = "name",
         .text = "For people and rules; unique within the chain.",
         .example = "compound"},
        &MarketConfig::name,
        identifier()
    );
    out.required(
        {.name = "comptroller", .text = "The Unitroller, the Comptroller's proxy."},
        &MarketConfig::comptroller,
        address_type()
    );
    constexpr std::size_t kMostTokens = 256;
    out.optional(
        {.name = "tokens",
         .text = "Its cTokens and their underlyings. Given, only these are asked for their "
                 "`Transfer`, not every token of the chain; a listed cToken that is missing here "
                 "degrades the market, and the cash of one whose underlying is missing is read at "
                 "each block.",
         .default_text = "every token of the chain"},
        &MarketConfig::tokens,
        list_of(address_type(), {.most = kMostTokens})
    );
    out.optional(
        {.name = "deployed_at",
         .text =
             "A block at or before the Comptroller's first event; without it the chain can only "
             "be followed from where `faultline bootstrap` read it.",
         .default_text = "not known"},
        &MarketConfig::deployed_at,
        maybe(integer<eth::BlockNum>(0, kMostBlocks))
    );
    return out;
}

std::vector<std::pair<std::string, Address>> contracts_of(const MarketConfig& market) {
    return {{"comptroller", market.comptroller}};
}

void write(JsonWriter& json, const MarketConfig& market) {
    json.field("comptroller", market.comptroller.hex());
}

/// Underlyings by cToken as a manifest states them; nullopt for the native coin.
using Underlyings = std::map<Address, std::optional<Address>>;

Result<Underlyings> underlyings_of(const tape::Manifest& manifest) {
    constexpr std::string_view kMarkets = "ctoken.markets.";
    constexpr std::string_view kCToken = ".cToken";
    Underlyings out;
    for (const auto& [path, text] : manifest.facts) {
        if (!path.starts_with(kMarkets) || !path.ends_with(kCToken)) {
            continue;
        }
        FAULTLINE_TRY(const Address ctoken, address_at(manifest, path));
        const std::string underlying = path.substr(0, path.size() - kCToken.size()) + ".underlying";
        std::optional<Address>& stated = out[ctoken];
        if (manifest.find(underlying) != nullptr) {
            FAULTLINE_TRY(stated, address_at(manifest, underlying));
        }
    }
    return out;
}

/// CErc20.underlying(), which is in no log and which tapes do not ask.
std::optional<eth::ReadAnswer> answer_of(const Underlyings& underlyings, const eth::Read& read) {
    constexpr std::size_t kSelector = 4;
    constexpr std::size_t kWord = 32;
    static const Hash32 digest = eth::keccak256(std::string_view("underlying()"));
    const auto found = underlyings.find(read.to);
    if (found == underlyings.end() ||
        !std::ranges::equal(read.data, digest.view().first(kSelector))) {
        return std::nullopt;
    }
    eth::ReadAnswer out{.read = read, .outcome = eth::outcome_of(!found->second), .result = {}};
    if (found->second) {
        out.result.resize(kWord - Address::kSize);
        out.result.insert(
            out.result.end(), found->second->bytes.begin(), found->second->bytes.end()
        );
    }
    return out;
}

Result<std::optional<TapeMarkets>> of_tape(const tape::Manifest& manifest) {
    std::vector<MarketConfig> markets;
    for (std::size_t i = 0;; ++i) {
        const std::string at = "compound_v2." + std::to_string(i);
        if (manifest.find(at + ".comptroller") == nullptr) {
            break;
        }
        MarketConfig market;
        market.name = text_at(manifest, at + ".name", "compound");
        FAULTLINE_TRY(market.comptroller, address_at(manifest, at + ".comptroller"));
        markets.push_back(std::move(market));
    }
    if (markets.empty() && manifest.find("ctoken.unitroller") != nullptr) {
        MarketConfig market;
        market.name = "ctoken";
        FAULTLINE_TRY(market.comptroller, address_at(manifest, "ctoken.unitroller"));
        markets.push_back(std::move(market));
    }
    if (markets.empty()) {
        return std::optional<TapeMarkets>();
    }
    FAULTLINE_TRY(Underlyings underlyings, underlyings_of(manifest));
    TapeMarkets out;
    for (const MarketConfig& market : markets) {
        out.described.push_back(
            market.name + ": Compound V2, comptroller " + market.comptroller.hex()
        );
    }
    out.answer = [underlyings = std::move(underlyings)](const eth::Read& read) {
        return answer_of(underlyings, read);
    };
    out.deployment = std::make_shared<const compound_v2::Deployment>(std::move(markets));
    return std::optional(std::move(out));
}

}  // namespace

std::unique_ptr<const ConfiguredProtocol> make_compound_v2() {
    return std::make_unique<const OneList<MarketConfig, compound_v2::Deployment>>(
        MarketField<MarketConfig>{
            .name = "compound_v2",
            .text_in_chain = "Comptrollers of Compound V2 and its forks.",
            .text_in_file = "Comptrollers of Compound V2 and its forks. Their cTokens' `Transfer` "
                            "has the topic of every token's, so a chain with one that has no "
                            "`tokens` has far more logs to fetch.",
            .section = section,
            .contracts = contracts_of,
            .faults = nullptr
        },
        write,
        of_tape
    );
}

}  // namespace faultline::app
