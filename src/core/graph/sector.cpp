// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/graph/sector.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::string_view kAssets = "Asset Management";
constexpr std::string_view kTrading = "Trading & Exchanges";
constexpr std::string_view kLending = "Lending, Borrowing & Real World Assets";
constexpr std::string_view kServices = "Infrastructure, Services & Financial Products";
constexpr std::string_view kUnknown = "Unknown";

struct Row {
    std::string_view category;
    std::string_view sector;
};

/// Sorted by category. Sectors are those that DeXposure's mapping gives to most protocols of a
/// category (id_to_info.json by meta_df.csv); kUnknown for categories of DefiLlama that it lacks.
constexpr std::array kRows = std::to_array<Row>({
    {.category = "Algo-Stables", .sector = kAssets},
    {.category = "Anchor BTC", .sector = kUnknown},
    {.category = "Basis Trading", .sector = kUnknown},
    {.category = "Bridge", .sector = kTrading},
    {.category = "Bridge Aggregator", .sector = kUnknown},
    {.category = "Bridge Aggregators", .sector = kUnknown},
    {.category = "Bug Bounty", .sector = kServices},
    {.category = "CDP", .sector = kLending},
    {.category = "CDP Manager", .sector = kServices},
    {.category = "CEX", .sector = kTrading},
    {.category = "Canonical Bridge", .sector = kUnknown},
    {.category = "CeDeFi", .sector = kUnknown},
    {.category = "Chain", .sector = kServices},
    {.category = "Chain Bribes", .sector = kUnknown},
    {.category = "Charity Fundraising", .sector = kUnknown},
    {.category = "Coins Tracker", .sector = kUnknown},
    {.category = "Collateral Management", .sector = kUnknown},
    {.category = "Cross Chain", .sector = kTrading},
    {.category = "Cross Chain Bridge", .sector = kUnknown},
    {.category = "DAO Service Provider", .sector = kUnknown},
    {.category = "DCA Tools", .sector = kServices},
    {.category = "DEX Aggregator", .sector = kTrading},
    {.category = "DOR", .sector = kUnknown},
    {.category = "DePIN", .sector = kUnknown},
    {.category = "Decentralized BTC", .sector = kTrading},
    {.category = "Decentralized Stablecoin", .sector = kAssets},
    {.category = "Derivatives", .sector = kTrading},
    {.category = "Developer Tools", .sector = kUnknown},
    {.category = "Developer tools", .sector = kUnknown},
    {.category = "Dexes", .sector = kTrading},
    {.category = "Dexs", .sector = kTrading},
    {.category = "Domains", .sector = kUnknown},
    {.category = "Dual-Token Stablecoin", .sector = kUnknown},
    {.category = "Exotic Options", .sector = kUnknown},
    {.category = "Farm", .sector = kServices},
    {.category = "Foundation", .sector = kUnknown},
    {.category = "Gamified Mining", .sector = kUnknown},
    {.category = "Gaming", .sector = kServices},
    {.category = "Governance Incentives", .sector = kServices},
    {.category = "Indexes", .sector = kServices},
    {.category = "Infrastructure", .sector = kServices},
    {.category = "Insurance", .sector = kServices},
    {.category = "Interface", .sector = kUnknown},
    {.category = "Launchpad", .sector = kServices},
    {.category = "Lending", .sector = kLending},
    {.category = "Leveraged Farming", .sector = kLending},
    {.category = "Liquid Restaking", .sector = kUnknown},
    {.category = "Liquid Staking", .sector = kAssets},
    {.category = "Liquidations", .sector = kUnknown},
    {.category = "Liquidity Automation", .sector = kUnknown},
    {.category = "Liquidity manager", .sector = kAssets},
    {.category = "Luck Games", .sector = kUnknown},
    {.category = "MEV", .sector = kUnknown},
    {.category = "Managed Token Pools", .sector = kServices},
    {.category = "Meme", .sector = kUnknown},
    {.category = "Mining Pools", .sector = kUnknown},
    {.category = "NFT Automated Strategies", .sector = kUnknown},
    {.category = "NFT Launchpad", .sector = kUnknown},
    {.category = "NFT Lending", .sector = kLending},
    {.category = "NFT Marketplace", .sector = kTrading},
    {.category = "NftFi", .sector = kUnknown},
    {.category = "OTC Marketplace", .sector = kServices},
    {.category = "Onchain Capital Allocator", .sector = kUnknown},
    {.category = "Options", .sector = kTrading},
    {.category = "Options Vault", .sector = kTrading},
    {.category = "Oracle", .sector = kServices},
    {.category = "Partially Algorithmic Stablecoin", .sector = kUnknown},
    {.category = "Payments", .sector = kServices},
    {.category = "Physical TCG", .sector = kUnknown},
    {.category = "Ponzi", .sector = kUnknown},
    {.category = "Portfolio Tracker", .sector = kUnknown},
    {.category = "Prediction Market", .sector = kServices},
    {.category = "Privacy", .sector = "Privacy & Security"},
    {.category = "Private Investment Platform", .sector = kUnknown},
    {.category = "RWA", .sector = kLending},
    {.category = "RWA Lending", .sector = kLending},
    {.category = "Reserve Currency", .sector = kAssets},
    {.category = "Restaked BTC", .sector = kServices},
    {.category = "Restaking", .sector = kLending},
    {.category = "Risk Curators", .sector = kUnknown},
    {.category = "Security Extension", .sector = kUnknown},
    {.category = "Services", .sector = kServices},
    {.category = "SoFi", .sector = "Others"},
    {.category = "Stablecoin", .sector = kUnknown},
    {.category = "Stablecoin Issuer", .sector = kUnknown},
    {.category = "Staking", .sector = kServices},
    {.category = "Staking Pool", .sector = kServices},
    {.category = "Staking Rental", .sector = kUnknown},
    {.category = "Synthetics", .sector = kAssets},
    {.category = "Telegram Bot", .sector = kUnknown},
    {.category = "Token Locker", .sector = kServices},
    {.category = "Trading App", .sector = kUnknown},
    {.category = "Treasury Manager", .sector = kServices},
    {.category = "Uncollateralized Lending", .sector = kLending},
    {.category = "Video Infrastructure", .sector = kUnknown},
    {.category = "Volume Boosting", .sector = kUnknown},
    {.category = "Wallets", .sector = kServices},
    {.category = "Yield", .sector = kAssets},
    {.category = "Yield Aggregator", .sector = kAssets},
    {.category = "Yield Lottery", .sector = kServices},
    {.category = "ve-Incentive Automator", .sector = kUnknown},
});
static_assert(std::ranges::is_sorted(kRows, {}, &Row::category));

}  // namespace

std::string_view sector_of(std::string_view category) noexcept {
    const auto* const found = std::lower_bound(
        kRows.begin(),
        kRows.end(),
        category,
        [](const Row& row, std::string_view sought) { return row.category < sought; }
    );
    return found != kRows.end() && found->category == category ? found->sector : std::string_view();
}

std::vector<std::string> known_categories() {
    std::vector<std::string> out;
    out.reserve(kRows.size());
    for (const Row& row : kRows) {
        out.emplace_back(row.category);
    }
    return out;
}

}  // namespace faultline::graph
