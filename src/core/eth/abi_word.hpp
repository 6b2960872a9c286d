// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_type.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

/// 32-byte words and the tails they point at. Nothing here reads outside `data`.
namespace faultline::eth::word {

inline constexpr std::size_t kSize = 32;

/// The words that hold `size` bytes.
constexpr std::uint64_t count_for(std::uint64_t size) {
    return (size / kSize) + (size % kSize == 0 ? 0 : 1);
}

/// The word at a byte offset, or nullopt when it is not wholly inside.
std::optional<BytesView> at(BytesView data, std::uint64_t offset);

/// Whether the bits that the type does not use are as Solidity writes them: zero, or the sign for
/// intN. @pre word.size() == 32
bool is_clean(AbiType::Kind kind, std::uint32_t size, BytesView word);

/// Why a word is not a clean value of its type, for messages.
std::string dirt(AbiType::Kind kind, std::uint32_t size, BytesView word);

/// A count or offset word as a number of bytes, when it is at most `limit`.
std::optional<std::uint64_t> number_up_to(BytesView word, std::uint64_t limit);

/// The content of `bytes` or `string`: the word at `head` holds an offset from the start of `data`
/// to a length and the bytes. nullopt when any of it lies outside.
std::optional<BytesView> tail_bytes(BytesView data, std::uint64_t head);

}  // namespace faultline::eth::word
