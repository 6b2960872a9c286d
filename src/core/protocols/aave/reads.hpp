// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstdint>
#include <vector>

/// The view calls whose answers no log carries.
namespace faultline::aave {

/// AaveOracle.getAssetsPrices(assets). Reverts as a whole when one asset has no price.
eth::Read prices_read(const Address& oracle, const std::vector<Address>& assets);

struct AssetPrice {
    Address asset;
    U256 price_base;
};

/// Whether the read asks `oracle` for prices.
bool is_prices_read(const eth::Read& read, const Address& oracle);
/// The prices by the assets that were asked for. @pre is_prices_read, not reverted
Result<std::vector<AssetPrice>> decode_prices(const eth::ReadAnswer& answer);

/// Pool.POOL_REVISION()
eth::Read revision_read(const Address& pool);
/// 0 where the pool has no code at that block yet.
Result<std::uint64_t> decode_revision(BytesView result);

}  // namespace faultline::aave
