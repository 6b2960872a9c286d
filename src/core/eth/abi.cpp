// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::eth {
namespace {

using Kind = AbiType::Kind;

AbiType elementary(Kind kind, std::uint32_t size = 0) {
    return {.kind = kind, .size = size, .parts = {}};
}

const AbiType& u256_type() {
    static const AbiType type = elementary(Kind::kUint, 256);
    return type;
}

const AbiType& address_type() {
    static const AbiType type = elementary(Kind::kAddress);
    return type;
}

Error in_result(Error error, const AbiType& type) {
    return std::move(error).context("decode a call's result as " + type.canonical());
}

template <class T>
Result<T> decode_as(const AbiType& type, BytesView result) {
    auto decoded = decode_abi_at(type, result, 0);
    if (!decoded) {
        return in_result(std::move(decoded).error(), type);
    }
    return std::get<T>(std::move(decoded->value));
}

template <class T>
Result<std::vector<T>> decode_array_of(const AbiType& element, BytesView result) {
    const AbiType type{.kind = Kind::kList, .size = 0, .parts = {element}};
    FAULTLINE_TRY(const AbiList values, decode_as<AbiList>(type, result));
    std::vector<T> out;
    out.reserve(values.size());
    for (const AbiValue& value : values) {
        out.push_back(std::get<T>(value.value));
    }
    return out;
}

}  // namespace

namespace detail {

Bytes encode_call(
    Selector selector, std::string_view declaration, std::span<const AbiValue> values
) {
    const auto parsed = parse_abi_declaration(declaration);
    FAULTLINE_ASSERT(parsed.has_value());
    std::vector<AbiType> types;
    for (const AbiParameter& parameter : parsed->parameters) {
        types.push_back(parameter.type);
    }
    const auto arguments = encode_abi(types, values);
    FAULTLINE_ASSERT(arguments.has_value());
    Bytes out(selector.begin(), selector.end());
    out.insert(out.end(), arguments->begin(), arguments->end());
    return out;
}

}  // namespace detail

Result<U256> decode_u256(BytesView result) {
    return decode_as<U256>(u256_type(), result);
}

Result<Address> decode_address(BytesView result) {
    return decode_as<Address>(address_type(), result);
}

Result<bool> decode_bool(BytesView result) {
    return decode_as<bool>(elementary(Kind::kBool), result);
}

Result<std::string> decode_string(BytesView result) {
    return decode_as<std::string>(elementary(Kind::kString), result);
}

Result<std::vector<U256>> decode_u256_array(BytesView result) {
    return decode_array_of<U256>(u256_type(), result);
}

Result<std::vector<Address>> decode_address_array(BytesView result) {
    return decode_array_of<Address>(address_type(), result);
}

}  // namespace faultline::eth
