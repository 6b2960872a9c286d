// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/rlp.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::eth {
namespace {

/// An optional field by its JSON-RPC name.
struct TailField {
    std::string_view name;
    bool present = false;
};

/// In the order of hashing.
std::array<TailField, 8> tail_of(const FullHeader& header) {
    return {{
        {.name = "baseFeePerGas", .present = header.base_fee_wei.has_value()},
        {.name = "withdrawalsRoot", .present = header.withdrawals_root.has_value()},
        {.name = "blobGasUsed", .present = header.blob_gas_used.has_value()},
        {.name = "excessBlobGas", .present = header.excess_blob_gas.has_value()},
        {.name = "parentBeaconBlockRoot", .present = header.parent_beacon_root.has_value()},
        {.name = "requestsHash", .present = header.requests_hash.has_value()},
        {.name = "blockAccessListHash", .present = header.block_access_list_hash.has_value()},
        {.name = "slotNumber", .present = header.slot_number.has_value()},
    }};
}

Result<void> check_tail(const FullHeader& header) {
    std::string_view missing;
    for (const TailField& field : tail_of(header)) {
        if (!field.present) {
            missing = missing.empty() ? field.name : missing;
        } else if (!missing.empty()) {
            return Error(
                       Code::kMalformed,
                       "it has " + std::string(field.name) + " but no " + std::string(missing)
            )
                .context("hash the header of block " + std::to_string(header.number))
                .advise("Ask another endpoint: this one leaves out a field");
        }
    }
    return {};
}

void put_field(Bytes& out, const Hash32& value) {
    rlp::put_bytes(out, value.view());
}

void put_field(Bytes& out, const U256& value) {
    rlp::put_number(out, value);
}

void put_field(Bytes& out, std::uint64_t value) {
    rlp::put_number(out, value);
}

template <class Value>
void put_field(Bytes& out, const std::optional<Value>& value) {
    if (value) {
        put_field(out, *value);
    }
}

}  // namespace

Result<Hash32> header_hash(const FullHeader& header) {
    FAULTLINE_TRY_VOID(check_tail(header));
    Bytes out;
    put_field(out, header.parent);
    put_field(out, header.ommers_hash);
    rlp::put_bytes(out, header.beneficiary.view());
    put_field(out, header.state_root);
    put_field(out, header.transactions_root);
    put_field(out, header.receipts_root);
    rlp::put_bytes(out, header.logs_bloom.bits.view());
    put_field(out, header.difficulty);
    put_field(out, header.number);
    put_field(out, header.gas_limit);
    put_field(out, header.gas_used);
    put_field(out, header.timestamp.value);
    rlp::put_bytes(out, header.extra_data);
    put_field(out, header.mix_hash);
    rlp::put_bytes(out, header.nonce.view());
    put_field(out, header.base_fee_wei);
    put_field(out, header.withdrawals_root);
    put_field(out, header.blob_gas_used);
    put_field(out, header.excess_blob_gas);
    put_field(out, header.parent_beacon_root);
    put_field(out, header.requests_hash);
    put_field(out, header.block_access_list_hash);
    put_field(out, header.slot_number);
    rlp::close_list(out, 0);
    return keccak256(out);
}

}  // namespace faultline::eth
