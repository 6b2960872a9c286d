// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

/// N bytes in network order, compared lexicographically. Tag keeps an address from being used as a
/// hash.
template <std::size_t N, class Tag>
struct FixedBytes {
    static constexpr std::size_t kSize = N;
    std::array<std::uint8_t, N> bytes{};

    constexpr auto operator<=>(const FixedBytes&) const = default;

    [[nodiscard]] constexpr BytesView view() const noexcept { return bytes; }

    [[nodiscard]] constexpr bool is_zero() const noexcept { return *this == FixedBytes{}; }

    /// Lower-case hex with 0x.
    [[nodiscard]] std::string hex() const;

    /// Exactly N bytes of hex with 0x, any case; otherwise kMalformed naming what it got.
    static Result<FixedBytes> from_hex(std::string_view text);

    /// @pre view.size() == N
    static constexpr FixedBytes from_bytes(BytesView view) {
        FixedBytes out;
        std::ranges::copy(view.first(N), out.bytes.begin());
        return out;
    }
};

/// A 20-byte account or contract.
using Address = FixedBytes<20, struct AddressTag>;
/// A 32-byte keccak256 digest: block hash, transaction hash, topic.
using Hash32 = FixedBytes<32, struct HashTag>;

/// Hash for unordered containers. The inputs are digests or addresses, so a slice of them is
/// enough.
struct FixedBytesHash {
    template <std::size_t N, class Tag>
    std::size_t operator()(const FixedBytes<N, Tag>& value) const noexcept {
        std::uint64_t low = 0;
        std::memcpy(&low, value.bytes.data() + N - sizeof(low), sizeof(low));
        std::uint64_t high = 0;
        std::memcpy(&high, value.bytes.data(), sizeof(high));
        const std::uint64_t mixed = (low ^ (high * 0x9e3779b97f4a7c15ULL)) * 0xff51afd7ed558ccdULL;
        // The product carries upwards only; addresses that count in their last byte would share
        // every low bit.
        return static_cast<std::size_t>(mixed ^ (mixed >> 32U));
    }
};

}  // namespace faultline
