// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/int256.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Values whose types are known at run time only. What is known at compile time reads better
/// through event.hpp and abi.hpp.
namespace faultline::eth {

struct AbiValue;
/// The elements of an array or the members of a tuple, in order.
using AbiList = std::vector<AbiValue>;

/// One decoded value: bool, uintN, intN, address, bytesN or bytes, string, or a list. Owns its
/// bytes.
struct AbiValue {
    std::variant<bool, U256, I256, Address, Bytes, std::string, AbiList> value;

    bool operator==(const AbiValue&) const = default;
};

/// Decodes data that encodes `types` one after the other, as events and calls do.
///
/// Accepts what Solidity's own decoder (ABI coder v2) accepts, no more: kMalformed when data is
/// short, an offset or length points outside, or the unused bits of a word are not clear. Bytes
/// beyond what the types need, and the padding behind bytes and strings, are not looked at.
/// Also kMalformed when tails overlap so far that the values would outgrow the data: no encoder
/// does that, and work and memory stay proportional to the data.
Result<AbiList> decode_abi(std::span<const AbiType> types, BytesView data);

/// One value whose head is at a byte offset into data, as decode_abi() reads it.
Result<AbiValue> decode_abi_at(const AbiType& type, BytesView data, std::uint64_t head);

/// The canonical encoding, heads then tails without gaps. kInvalid naming the value that does not
/// match its type.
Result<Bytes> encode_abi(std::span<const AbiType> types, std::span<const AbiValue> values);

}  // namespace faultline::eth
