// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/event_layout.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/literal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Calls of contract functions and their results.
///
///     const Bytes call = encode_call<"getAssetsPrices(address[])">(assets);
///     FAULTLINE_TRY(const auto prices, decode_u256_array(answer.result));
namespace faultline::eth {

using Selector = std::array<std::uint8_t, 4>;

/// The first four bytes of a signature's digest. The signature may carry names and aliases; a
/// mistake in it is a compile error.
template <Literal Signature>
consteval Selector selector() {
    static_assert(detail::kIsDeclaration<Signature>);
    const Hash32 digest = keccak256_literal(detail::kSignatureOf<Signature>);
    Selector out{};
    std::ranges::copy_n(digest.bytes.begin(), out.size(), out.begin());
    return out;
}

namespace detail {

/// Whether every value of a C++ type is a value of an ABI type.
template <class T>
consteval bool accepts(const AbiType& type) {
    using Kind = AbiType::Kind;
    if constexpr (std::is_same_v<T, bool>) {
        return type.kind == Kind::kBool;
    } else if constexpr (std::is_same_v<T, Address>) {
        return type.kind == Kind::kAddress;
    } else if constexpr (std::is_same_v<T, Hash32>) {
        return type.kind == Kind::kFixedBytes && type.size == Hash32::kSize;
    } else if constexpr (std::is_same_v<T, U256>) {
        return type.kind == Kind::kUint && type.size == 256;
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
        return type.kind == Kind::kUint && type.size >= 64;
    } else {
        return type.kind == Kind::kList && accepts<typename T::value_type>(type.parts.front());
    }
}

template <class Range>
    requires requires(const Range& range) { std::span(range); } &&
             (!std::is_same_v<typename Range::value_type, std::uint8_t>)
AbiValue to_abi(const Range& range) {
    AbiList out;
    for (const auto& element : range) {
        out.push_back(to_abi(element));
    }
    return {std::move(out)};
}

template <Literal Signature, class... Arguments>
consteval bool accepts_all() {
    const auto declaration = AbiParser(Signature.view()).whole_declaration();
    if (!declaration || declaration->parameters.size() != sizeof...(Arguments)) {
        return false;
    }
    [[maybe_unused]] auto parameter = declaration->parameters.begin();
    return (accepts<Arguments>((parameter++)->type) && ...);
}

/// @pre declaration parses and `values` are of its types
Bytes encode_call(
    Selector selector, std::string_view declaration, std::span<const AbiValue> values
);

}  // namespace detail

/// Calldata: the selector, then the arguments. An argument of the wrong type is a compile error.
/// Takes bool, Address, Hash32, std::uint64_t, U256, and vectors or spans of these for T[].
template <Literal Signature, class... Arguments>
Bytes encode_call(const Arguments&... arguments) {
    static_assert(
        detail::accepts_all<Signature, Arguments...>(),
        "the arguments are not those of the signature"
    );
    const std::array<AbiValue, sizeof...(Arguments)> values{detail::to_abi(arguments)...};
    return detail::encode_call(selector<Signature>(), Signature.view(), values);
}

/// The result of a function that returns one uint256, address or bool; as strict as decode_abi().
/// kMalformed also for an empty result, which is what a call to an account without code gives.
Result<U256> decode_u256(BytesView result);
Result<Address> decode_address(BytesView result);
Result<bool> decode_bool(BytesView result);
/// The result of a function that returns one uint256[] or address[].
Result<std::vector<U256>> decode_u256_array(BytesView result);
Result<std::vector<Address>> decode_address_array(BytesView result);
/// The result of a function that returns one string.
Result<std::string> decode_string(BytesView result);

}  // namespace faultline::eth
