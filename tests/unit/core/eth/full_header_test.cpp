// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/trie_root.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <functional>
#include <set>
#include <vector>

namespace faultline::eth {
namespace {

/// The first block of Ethereum, as its specification gives it.
FullHeader genesis() {
    FullHeader out;
    out.ommers_hash =
        *Hash32::from_hex("0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
    out.state_root =
        *Hash32::from_hex("0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544");
    out.transactions_root = kEmptyTrieRoot;
    out.receipts_root = kEmptyTrieRoot;
    out.difficulty = U256(17'179'869'184);
    out.gas_limit = 5'000;
    out.extra_data =
        *bytes_from_hex("0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa");
    out.nonce.bytes.back() = 0x42;
    return out;
}

/// Sets each optional field to a value that is its default, in the order of hashing.
std::vector<std::function<void(FullHeader&)>> forks() {
    return {
        [](FullHeader& header) { header.base_fee_wei.emplace(); },
        [](FullHeader& header) { header.withdrawals_root.emplace(); },
        [](FullHeader& header) { header.blob_gas_used.emplace(); },
        [](FullHeader& header) { header.excess_blob_gas.emplace(); },
        [](FullHeader& header) { header.parent_beacon_root.emplace(); },
        [](FullHeader& header) { header.requests_hash.emplace(); },
        [](FullHeader& header) { header.block_access_list_hash.emplace(); },
        [](FullHeader& header) { header.slot_number.emplace(); },
    };
}

}  // namespace

TEST_CASE("the first header of Ethereum hashes to the name everyone knows") {
    CHECK(
        header_hash(genesis())->hex() ==
        "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"
    );
}

TEST_CASE("each fork's format has a hash of its own, even where its fields are zero") {
    FullHeader header = genesis();
    std::set<Hash32> hashes{*header_hash(header)};
    for (const auto& append : forks()) {
        append(header);
        const auto hash = header_hash(header);
        REQUIRE(hash.has_value());
        CHECK(hashes.insert(*hash).second);
    }
    CHECK(hashes.size() == 9);
}

TEST_CASE("a later field without an earlier one is an error that names both") {
    const auto fields = forks();
    for (std::size_t missing = 0; missing + 1 < fields.size(); ++missing) {
        for (std::size_t last = missing + 1; last < fields.size(); ++last) {
            FullHeader header = genesis();
            for (std::size_t i = 0; i <= last; ++i) {
                if (i != missing) {
                    fields[i](header);
                }
            }
            const auto hash = header_hash(header);
            REQUIRE_FALSE(hash.has_value());
            CHECK(hash.error().code() == Code::kMalformed);
        }
    }
    FullHeader header = genesis();
    header.number = 12;
    header.base_fee_wei = U256(7);
    header.excess_blob_gas = 0;
    CHECK(
        header_hash(header).error().message() ==
        "hash the header of block 12: it has excessBlobGas but no withdrawalsRoot. Ask another "
        "endpoint: this one leaves out a field"
    );
}

}  // namespace faultline::eth
