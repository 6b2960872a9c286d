// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace faultline {

/// Lower-case hex of the bytes, with 0x.
std::string to_hex(BytesView bytes);

/// Bytes of 0x-prefixed hex of even length; otherwise kMalformed.
Result<Bytes> bytes_from_hex(std::string_view text);

/// Writes the bytes of 0x-prefixed hex into `out`, which must fit exactly; otherwise kMalformed.
Result<void> bytes_from_hex_into(std::string_view text, std::span<std::uint8_t> out);

template <std::size_t N, class Tag>
std::string FixedBytes<N, Tag>::hex() const {
    return to_hex(bytes);
}

template <std::size_t N, class Tag>
Result<FixedBytes<N, Tag>> FixedBytes<N, Tag>::from_hex(std::string_view text) {
    FixedBytes out;
    FAULTLINE_TRY_VOID(bytes_from_hex_into(text, out.bytes));
    return out;
}

extern template struct FixedBytes<20, AddressTag>;
extern template struct FixedBytes<32, HashTag>;

/// A JSON-RPC QUANTITY: "0x0", "0x1a"; no leading zeros required or refused (some nodes send them).
/// More than 64 bits, no prefix, or no digit: kMalformed.
Result<std::uint64_t> quantity_from_hex(std::string_view text);

/// The shortest QUANTITY of a number: 26 -> "0x1a".
std::string quantity_hex(std::uint64_t value);

}  // namespace faultline
