// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>

#include <cstdint>
#include <optional>

namespace faultline::eth {

/// All fields of a block header, in the order in which they are hashed: enough to prove that a
/// header is the one its hash names. Header in block.hpp has what the engine needs.
///
/// Forks append fields and take none away, so the optional ones that are present come first.
struct FullHeader {
    Hash32 parent;
    Hash32 ommers_hash;   ///< sha3Uncles
    Address beneficiary;  ///< miner
    Hash32 state_root;
    Hash32 transactions_root;
    Hash32 receipts_root;
    Bloom logs_bloom;
    U256 difficulty;
    BlockNum number = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t gas_used = 0;
    UnixSeconds timestamp;
    Bytes extra_data;
    Hash32 mix_hash;  ///< prevRandao since the merge.
    FixedBytes<8, struct HeaderNonceTag> nonce;
    std::optional<U256> base_fee_wei;              ///< London (EIP-1559)
    std::optional<Hash32> withdrawals_root;        ///< Shanghai (EIP-4895)
    std::optional<std::uint64_t> blob_gas_used;    ///< Cancun (EIP-4844)
    std::optional<std::uint64_t> excess_blob_gas;  ///< Cancun (EIP-4844)
    std::optional<Hash32> parent_beacon_root;      ///< Cancun (EIP-4788)
    std::optional<Hash32> requests_hash;           ///< Prague (EIP-7685)
    std::optional<Hash32> block_access_list_hash;  ///< Amsterdam (EIP-7928)
    std::optional<std::uint64_t> slot_number;      ///< Amsterdam (EIP-7843)

    bool operator==(const FullHeader&) const = default;
};

/// The block hash: the digest of all fields. kMalformed naming both fields when a later optional
/// one is present without an earlier one, because no fork has such a header.
Result<Hash32> header_hash(const FullHeader& header);

}  // namespace faultline::eth
