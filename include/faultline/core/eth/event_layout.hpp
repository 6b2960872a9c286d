// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/literal.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

/// What event.hpp works out at compile time about a declaration, and the parts of decoding that
/// need no templates.
namespace faultline::eth {

/// bytes1 to bytes31; bytes32 is a Hash32.
template <std::size_t N>
using FixedBytesN = FixedBytes<N, struct FixedBytesTag>;

/// Topics and data of a log, owned.
struct EncodedLog {
    std::vector<Hash32> topics;
    Bytes data;
};

}  // namespace faultline::eth

namespace faultline::eth::detail {

/// How an argument is represented.
struct ArgumentShape {
    AbiType::Kind kind = AbiType::Kind::kBool;
    std::uint32_t size = 0;  ///< As AbiType::size.
    bool has_parts = false;  ///< An array, list or tuple.
    bool hashed = false;     ///< Indexed, but too long for a topic: the topic is its digest.
};

/// An argument and where it is.
struct EventArgument {
    std::string_view name;
    ArgumentShape shape;
    bool indexed = false;
    std::size_t index = 0;  ///< Of its topic, or of its first word in the data.
};

/// What decoding checks before the arguments.
struct EventLayout {
    std::string_view signature;
    const Hash32* topic0 = nullptr;  ///< nullptr when anonymous.
    std::size_t topic_count = 0;
    std::size_t head_words = 0;
};

/// Defined for column 0 only: naming it shows a wrong declaration and the column of the mistake in
/// the compiler's message.
template <Literal Declaration, std::size_t Column>
struct MistakeInDeclarationAtColumn;

template <Literal Declaration>
struct MistakeInDeclarationAtColumn<Declaration, 0> {};

/// How much room the facts about a declaration take.
struct DeclarationSize {
    std::size_t mistake_column = 0;  ///< 0, or the 1-based column of the first mistake.
    std::size_t arguments = 0;
    std::size_t characters = 0;  ///< Of the signature.
};

consteval DeclarationSize measure(std::string_view text) {
    AbiParser parser(text);
    const auto declaration = parser.whole_declaration();
    if (!declaration) {
        return {.mistake_column = parser.position() + 1};
    }
    return {
        .arguments = declaration->parameters.size(),
        .characters = declaration->signature_characters().size(),
    };
}

/// A declaration, laid out. A zero-sized array has no data(), hence the extra element.
template <std::size_t Arguments, std::size_t Characters>
struct DeclarationFacts {
    std::array<EventArgument, Arguments + 1> arguments{};
    std::array<char, Characters + 1> signature{};
    bool anonymous = false;
    std::size_t topic_count = 0;
    std::size_t head_words = 0;  ///< Words of data outside the topics, without tails.
};

template <std::size_t Arguments, std::size_t Characters>
consteval DeclarationFacts<Arguments, Characters> lay_out(std::string_view text) {
    DeclarationFacts<Arguments, Characters> out;
    const auto declaration = AbiParser(text).whole_declaration();
    if (!declaration) {
        return out;
    }
    std::ranges::copy(declaration->signature_characters(), out.signature.begin());
    out.anonymous = declaration->anonymous;
    out.topic_count = declaration->anonymous ? 0 : 1;
    for (std::size_t i = 0; i < Arguments; ++i) {
        const AbiParameter& parameter = declaration->parameters[i];
        const bool has_parts = !parameter.type.parts.empty();
        out.arguments[i] = {
            .name = parameter.name,
            .shape =
                {.kind = parameter.type.kind,
                 .size = parameter.type.size,
                 .has_parts = has_parts,
                 .hashed = parameter.indexed && (has_parts || parameter.type.is_dynamic())},
            .indexed = parameter.indexed,
            .index = parameter.indexed ? out.topic_count : out.head_words,
        };
        if (parameter.indexed) {
            ++out.topic_count;
        } else {
            out.head_words += parameter.type.head_words();
        }
    }
    return out;
}

template <Literal Declaration>
inline constexpr DeclarationSize kSizeOf = measure(Declaration.view());

/// True, or a compile error that shows where the mistake is.
template <Literal Declaration>
inline constexpr bool kIsDeclaration =
    sizeof(MistakeInDeclarationAtColumn<Declaration, kSizeOf<Declaration>.mistake_column>) != 0;

template <Literal Declaration>
inline constexpr auto kFactsOf =
    lay_out<kSizeOf<Declaration>.arguments, kSizeOf<Declaration>.characters>(Declaration.view());

template <Literal Declaration>
inline constexpr std::string_view kSignatureOf{
    kFactsOf<Declaration>.signature.data(), kSizeOf<Declaration>.characters
};

/// The C++ type of an argument, as std::type_identity.
template <ArgumentShape Shape>
consteval auto value_type() {
    using Kind = AbiType::Kind;
    constexpr bool kNarrow = Shape.size <= 64;
    if constexpr (Shape.hashed) {
        return std::type_identity<Hash32>{};
    } else if constexpr (Shape.has_parts) {
        return std::type_identity<AbiValue>{};
    } else if constexpr (Shape.kind == Kind::kAddress) {
        return std::type_identity<Address>{};
    } else if constexpr (Shape.kind == Kind::kBool) {
        return std::type_identity<bool>{};
    } else if constexpr (Shape.kind == Kind::kUint) {
        return std::type_identity<std::conditional_t<kNarrow, std::uint64_t, U256>>{};
    } else if constexpr (Shape.kind == Kind::kInt) {
        return std::type_identity<std::conditional_t<kNarrow, std::int64_t, I256>>{};
    } else if constexpr (Shape.kind == Kind::kFixedBytes && Shape.size == 32) {
        return std::type_identity<Hash32>{};
    } else if constexpr (Shape.kind == Kind::kFixedBytes) {
        return std::type_identity<FixedBytesN<Shape.size>>{};
    } else if constexpr (Shape.kind == Kind::kString) {
        return std::type_identity<std::string_view>{};
    } else {
        return std::type_identity<BytesView>{};
    }
}

/// kMalformed unless topic0, the number of topics and the length of the data are the event's.
Result<void> check_layout(const EventLayout& layout, const Log& log);

/// Each reads one argument and is false when its bytes are not a clean value of its type.
/// @pre check_layout() passed
bool read(const EventArgument& argument, const Log& log, Address& out);
bool read(const EventArgument& argument, const Log& log, bool& out);
bool read(const EventArgument& argument, const Log& log, std::uint64_t& out);
bool read(const EventArgument& argument, const Log& log, std::int64_t& out);
bool read(const EventArgument& argument, const Log& log, U256& out);
bool read(const EventArgument& argument, const Log& log, I256& out);
bool read(const EventArgument& argument, const Log& log, Hash32& out);
bool read(const EventArgument& argument, const Log& log, BytesView& out);
bool read(const EventArgument& argument, const Log& log, std::string_view& out);
bool read_fixed_bytes(const EventArgument& argument, const Log& log, std::span<std::uint8_t> out);

template <std::size_t N>
bool read(const EventArgument& argument, const Log& log, FixedBytesN<N>& out) {
    return read_fixed_bytes(argument, log, out.bytes);
}

/// What is wrong with the bytes of an argument whose read() was false.
Error malformed_argument(const EventLayout& layout, const EventArgument& argument, const Log& log);
/// "event Mint(...), argument "value""
std::string argument_context(const EventLayout& layout, const EventArgument& argument);

/// @pre declaration parses and has a parameter of this index
AbiType parameter_type(std::string_view declaration, std::size_t index);

AbiValue to_abi(bool value);
AbiValue to_abi(std::uint64_t value);
AbiValue to_abi(std::int64_t value);
AbiValue to_abi(const U256& value);
AbiValue to_abi(const I256& value);
AbiValue to_abi(const Address& value);
AbiValue to_abi(BytesView value);
AbiValue to_abi(std::string_view value);
AbiValue to_abi(AbiValue value);

template <std::size_t N, class Tag>
AbiValue to_abi(const FixedBytes<N, Tag>& value) {
    return to_abi(value.view());
}

/// @pre declaration parses and `values` has one value per parameter
Result<EncodedLog> encode_event(std::string_view declaration, std::vector<AbiValue> values);

}  // namespace faultline::eth::detail
