// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

/// RLP, the encoding that Ethereum hashes. Source: Ethereum yellow paper, appendix B.
///
/// Encoding appends to a buffer. A list is closed once its items are there:
///
///     const std::size_t start = out.size();
///     rlp::put_number(out, 7);
///     rlp::put_bytes(out, address.view());
///     rlp::close_list(out, start);
namespace faultline::eth::rlp {

/// How deep lists may nest when decoded: a bound of recursion, far above what Ethereum encodes.
inline constexpr std::size_t kMaxDepth = 32;

/// Appends a byte string.
void put_bytes(Bytes& out, BytesView content);

/// Appends a number: big-endian, without leading zeros, 0 as the empty string.
void put_number(Bytes& out, std::uint64_t value);
void put_number(Bytes& out, const U256& value);

/// Makes all that was appended since `start` the items of one list. Moves them by at most 9 bytes.
/// @pre start <= out.size(), and whole items were appended since
void close_list(Bytes& out, std::size_t start);

/// One decoded byte string or list, as views into what was decoded.
struct Item {
    bool is_list = false;
    BytesView bytes;          ///< The content of a byte string; of a list, its encoded items.
    std::vector<Item> items;  ///< Of a list.

    /// The number that a byte string is. kMalformed for a list, a leading zero or more than 256
    /// bits.
    [[nodiscard]] Result<U256> number() const;
};

/// Decodes exactly one item. There is one encoding of each item, and only that is taken: kMalformed
/// naming the byte where a length has a leading zero or is written longer than need be, is of a
/// byte that stands for itself, or points outside; where bytes follow the item; and where lists
/// nest deeper than kMaxDepth. Memory is proportional to the input.
Result<Item> decode(BytesView encoded);

/// Appends the encoding of an item: decode(put(x)) is x, and put(decode(y)) is y.
void put(Bytes& out, const Item& item);

}  // namespace faultline::eth::rlp
