// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstdint>
#include <optional>
#include <vector>

/// The view calls whose answers no log carries.
namespace faultline::aave {

/// AaveOracle.getAssetsPrices(assets). Reverts as a whole when one asset has no price.
eth::Read prices_read(const Address& oracle, const std::vector<Address>& assets);

/// The assets that a prices_read asks for; nullopt when it is another call.
std::optional<std::vector<Address>> prices_asked(const eth::Read& read);

/// AaveOracle.getAssetPrice(asset), for when the call for all of them reverts.
eth::Read price_read(const Address& oracle, const Address& asset);

/// The answer to a prices_read of `oracle`; nullptr when it was not asked.
const eth::ReadAnswer* find_prices(const eth::Block& block, const Address& oracle);

struct AssetPrice {
    Address asset;
    U256 price_base;
};

/// The prices by the assets that were asked for; kRejected when the oracle reverted, kMissing
/// when nobody could answer, kMalformed
/// when it answered something else. @pre `answer` is to a prices_read
Result<std::vector<AssetPrice>> decode_prices(const eth::ReadAnswer& answer);
/// The same for a price_read.
Result<U256> decode_price(const eth::ReadAnswer& answer);

/// AaveOracle.getSourceOfAsset(asset), of V2 too.
eth::Read source_read(const Address& oracle, const Address& asset);
/// Zero when it tells none: it reverts, or answers something else. nullopt when nobody could
/// answer.
std::optional<Address> decode_source(const eth::ReadAnswer& answer);

/// PoolAddressesProvider.getACLManager(), of V3.
Bytes acl_manager_call();
/// PoolAddressesProvider.getACLAdmin(); of V2 LendingPoolAddressesProvider.getPoolAdmin().
Bytes admin_call(Generation generation);
/// Executor.owner() of Aave's governance V3: the PayloadsController.
Bytes owner_call();

/// POOL_REVISION() of a pool, or of the contract behind one; of V2 LENDINGPOOL_REVISION().
eth::Read revision_read(
    const Address& pool_or_implementation, Generation generation = Generation::kV3
);
/// ATOKEN_REVISION() or DEBT_TOKEN_REVISION() of the contract behind a token.
eth::Read token_revision_read(ContractRole token, const Address& implementation);
/// The answer to one of these calls; 0 when it does not tell: it reverts, has no code, or answers
/// something else.
std::uint64_t decode_revision(const eth::ReadAnswer& answer);

/// decimals() of a token, which no block changes.
eth::Read decimals_read(const Address& token);
/// nullopt when it does not tell.
std::optional<std::uint8_t> decode_decimals(const eth::ReadAnswer& answer);

}  // namespace faultline::aave
