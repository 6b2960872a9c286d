// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

/// The view calls whose answers no log carries, and what their answers say. An answer that is not
/// what the contract's source would give is kMalformed, a revert kRejected.
namespace faultline::compound_v3 {

/// The first `count` words of an answer.
Result<std::vector<U256>> words_of(const eth::ReadAnswer& answer, std::size_t count);
Result<U256> word_in(const eth::ReadAnswer& answer);

Result<Totals> decode_totals(const eth::ReadAnswer& answer);

/// userBasic(account), without the reward tracking.
struct UserBasic {
    Principal principal;
    std::uint32_t assets_in = 0;  ///< Bit i: the collateral with offset i.
    bool operator==(const UserBasic&) const = default;
};

Result<UserBasic> decode_user_basic(const eth::ReadAnswer& answer);

/// The getters of the configuration, without those of each collateral.
std::vector<eth::Read> configuration_reads(const Address& comet);
/// numAssets(); kMalformed for more than a market can have.
Result<std::size_t> decode_asset_count(const eth::ReadAnswer& answer);
eth::Read asset_read(const Address& comet, std::size_t offset);
Result<AssetInfo> decode_asset(const eth::ReadAnswer& answer);

/// The configuration that the block's answers tell; kMissing while one of them is not there.
Result<Configuration> configuration_told(const eth::Block& block, const Address& comet);

/// Of latestRoundData(): a price, or none where Comet's getPrice reverts.
PriceRow decode_price(const eth::ReadAnswer& answer);

}  // namespace faultline::compound_v3
