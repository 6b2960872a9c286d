// SPDX-License-Identifier: Apache-2.0
#include "core/eth/abi_word.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_type.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace faultline::eth::word {
namespace {

U256 complement(const U256& value) {
    return wrapping_sub(U256::max(), value);
}

}  // namespace

std::optional<BytesView> at(BytesView data, std::uint64_t offset) {
    if (data.size() < kSize || offset > data.size() - kSize) {
        return std::nullopt;
    }
    return data.subspan(static_cast<std::size_t>(offset), kSize);
}

bool is_clean(AbiType::Kind kind, std::uint32_t size, BytesView word) {
    FAULTLINE_ASSERT(word.size() == kSize);
    using Kind = AbiType::Kind;
    switch (kind) {
        case Kind::kAddress:
            return U256::from_be_bytes(word).bit_width() <= 8 * Address::kSize;
        case Kind::kBool:
            return U256::from_be_bytes(word).bit_width() <= 1;
        case Kind::kUint:
            return U256::from_be_bytes(word).bit_width() <= size;
        case Kind::kInt: {
            const U256 value = U256::from_be_bytes(word);
            return (value.bit(255) ? complement(value) : value).bit_width() < size;
        }
        case Kind::kFixedBytes:
            return U256::from_be_bytes(word.subspan(size)).is_zero();
        default:
            return true;
    }
}

std::string dirt(AbiType::Kind kind, std::uint32_t size, BytesView word) {
    using Kind = AbiType::Kind;
    const std::string shown = to_hex(word);
    switch (kind) {
        case Kind::kAddress:
            return "bits above the 160 of an address are set in " + shown;
        case Kind::kBool:
            return "a bool must be 0 or 1, got " + shown;
        case Kind::kUint:
            return "bits above the lowest " + std::to_string(size) + " are set in " + shown;
        case Kind::kInt:
            return "bits above the lowest " + std::to_string(size) + " do not repeat the sign in " +
                   shown;
        case Kind::kFixedBytes:
            return "bytes after the first " + std::to_string(size) + " are set in " + shown;
        default:
            return "got " + shown;
    }
}

std::optional<std::uint64_t> number_up_to(BytesView word, std::uint64_t limit) {
    const U256 value = U256::from_be_bytes(word);
    if (!value.fits_u64() || value.low_u64() > limit) {
        return std::nullopt;
    }
    return value.low_u64();
}

std::optional<BytesView> tail_bytes(BytesView data, std::uint64_t head) {
    const auto offset_word = at(data, head);
    const auto offset = offset_word ? number_up_to(*offset_word, data.size()) : std::nullopt;
    const auto length_word = offset ? at(data, *offset) : std::nullopt;
    if (!length_word) {
        return std::nullopt;
    }
    const BytesView rest = data.subspan(static_cast<std::size_t>(*offset) + kSize);
    const auto length = number_up_to(*length_word, rest.size());
    if (!length) {
        return std::nullopt;
    }
    return rest.first(static_cast<std::size_t>(*length));
}

}  // namespace faultline::eth::word
