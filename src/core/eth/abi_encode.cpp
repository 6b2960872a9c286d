// SPDX-License-Identifier: Apache-2.0
#include "core/eth/abi_word.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/int256.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::eth {
namespace {

using Kind = AbiType::Kind;
using Word = std::array<std::uint8_t, word::kSize>;

Error mismatch(const AbiType& type) {
    return {Code::kInvalid, "the value is not a " + type.canonical()};
}

void append(Bytes& out, BytesView bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_number(Bytes& out, std::uint64_t number) {
    append(out, U256(number).to_be_bytes());
}

void append_padded(Bytes& out, BytesView content) {
    append_number(out, content.size());
    append(out, content);
    out.resize(word::count_for(out.size()) * word::kSize);
}

/// The word of an elementary value, or nullopt when the value is of another type or out of range.
std::optional<Word> elementary(const AbiType& type, const AbiValue& value) {
    Word out{};
    if (const auto* flag = std::get_if<bool>(&value.value);
        flag != nullptr && type.kind == Kind::kBool) {
        out.back() = *flag ? 1 : 0;
    } else if (const auto* number = std::get_if<U256>(&value.value);
               number != nullptr && type.kind == Kind::kUint) {
        out = number->to_be_bytes();
    } else if (const auto* integer = std::get_if<I256>(&value.value);
               integer != nullptr && type.kind == Kind::kInt) {
        out = integer->bits.to_be_bytes();
    } else if (const auto* address = std::get_if<Address>(&value.value);
               address != nullptr && type.kind == Kind::kAddress) {
        std::ranges::copy_backward(address->bytes, out.end());
    } else if (const auto* bytes = std::get_if<Bytes>(&value.value);
               bytes != nullptr && type.kind == Kind::kFixedBytes && bytes->size() == type.size) {
        std::ranges::copy(*bytes, out.begin());
    } else {
        return std::nullopt;
    }
    return word::is_clean(type.kind, type.size, out) ? std::optional(out) : std::nullopt;
}

Result<void> encode_one(const AbiType& type, const AbiValue& value, Bytes& out);

/// Heads, then the tails in order.
Result<void> encode_sequence(
    std::span<const AbiType* const> types, std::span<const AbiValue> values, Bytes& out
) {
    std::uint64_t head_size = 0;
    for (const AbiType* type : types) {
        head_size += type->head_words() * word::kSize;
    }
    Bytes tails;
    for (std::size_t i = 0; i < types.size(); ++i) {
        const bool in_tail = types[i]->is_dynamic();
        if (in_tail) {
            append_number(out, head_size + tails.size());
        }
        auto encoded = encode_one(*types[i], values[i], in_tail ? tails : out);
        if (!encoded) {
            return std::move(encoded).error().context("value " + std::to_string(i));
        }
    }
    append(out, tails);
    return {};
}

std::vector<const AbiType*> part_types(const AbiType& type, std::size_t count) {
    std::vector<const AbiType*> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(&type.parts[type.kind == Kind::kTuple ? i : 0]);
    }
    return out;
}

Result<void> encode_one(const AbiType& type, const AbiValue& value, Bytes& out) {
    if (const auto* text = std::get_if<std::string>(&value.value);
        text != nullptr && type.kind == Kind::kString) {
        append_padded(out, Bytes(text->begin(), text->end()));
        return {};
    }
    if (const auto* bytes = std::get_if<Bytes>(&value.value);
        bytes != nullptr && type.kind == Kind::kBytes) {
        append_padded(out, *bytes);
        return {};
    }
    const auto* list = std::get_if<AbiList>(&value.value);
    if (list == nullptr) {
        const auto word = elementary(type, value);
        if (!word) {
            return mismatch(type);
        }
        append(out, *word);
        return {};
    }
    const bool fits = type.kind == Kind::kList ||
                      (type.kind == Kind::kArray && list->size() == type.size) ||
                      (type.kind == Kind::kTuple && list->size() == type.parts.size());
    if (!fits) {
        return mismatch(type);
    }
    if (type.kind == Kind::kList) {
        append_number(out, list->size());
    }
    return encode_sequence(part_types(type, list->size()), *list, out);
}

}  // namespace

Result<Bytes> encode_abi(std::span<const AbiType> types, std::span<const AbiValue> values) {
    if (types.size() != values.size()) {
        return Error(
            Code::kInvalid,
            std::to_string(values.size()) + " values for " + std::to_string(types.size()) + " types"
        );
    }
    std::vector<const AbiType*> pointers;
    pointers.reserve(types.size());
    for (const AbiType& type : types) {
        pointers.push_back(&type);
    }
    Bytes out;
    FAULTLINE_TRY_VOID(encode_sequence(pointers, values, out));
    return out;
}

}  // namespace faultline::eth
