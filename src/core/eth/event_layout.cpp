// SPDX-License-Identifier: Apache-2.0
#include "core/eth/abi_word.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event_layout.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::eth::detail {
namespace {

BytesView word_of(const EventArgument& argument, const Log& log) {
    if (argument.indexed) {
        return log.topics[argument.index].view();
    }
    return log.data.subspan(argument.index * word::kSize, word::kSize);
}

/// The word when it is clean.
std::optional<BytesView> clean_word(const EventArgument& argument, const Log& log) {
    const BytesView word = word_of(argument, log);
    if (!word::is_clean(argument.shape.kind, argument.shape.size, word)) [[unlikely]] {
        return std::nullopt;
    }
    return word;
}

std::string event_context(const EventLayout& layout) {
    return "decode event " + std::string(layout.signature);
}

Error malformed_event(const EventLayout& layout, std::string detail) {
    return Error(Code::kMalformed, std::move(detail)).context(event_context(layout));
}

Hash32 topic_of(BytesView word) {
    return Hash32::from_bytes(word);
}

}  // namespace

Result<void> check_layout(const EventLayout& layout, const Log& log) {
    if (log.topics.size() != layout.topic_count) {
        return malformed_event(
            layout,
            "the log has " + std::to_string(log.topics.size()) + " topics, the declaration " +
                std::to_string(layout.topic_count)
        );
    }
    if (layout.topic0 != nullptr && log.topics.front() != *layout.topic0) {
        return malformed_event(
            layout, "topic0 is " + log.topics.front().hex() + ", not " + layout.topic0->hex()
        );
    }
    if (log.data.size() < layout.head_words * word::kSize) {
        return malformed_event(
            layout,
            "the data has " + std::to_string(log.data.size()) + " bytes, the declaration needs " +
                std::to_string(layout.head_words * word::kSize)
        );
    }
    return {};
}

bool read(const EventArgument& argument, const Log& log, Address& out) {
    const auto word = clean_word(argument, log);
    if (word) {
        out = Address::from_bytes(word->last(Address::kSize));
    }
    return word.has_value();
}

bool read(const EventArgument& argument, const Log& log, bool& out) {
    const auto word = clean_word(argument, log);
    if (word) {
        out = word->back() == 1;
    }
    return word.has_value();
}

bool read(const EventArgument& argument, const Log& log, std::uint64_t& out) {
    const auto word = clean_word(argument, log);
    if (word) {
        out = U256::from_be_bytes(*word).low_u64();
    }
    return word.has_value();
}

bool read(const EventArgument& argument, const Log& log, std::int64_t& out) {
    const auto word = clean_word(argument, log);
    if (word) {
        out = static_cast<std::int64_t>(U256::from_be_bytes(*word).low_u64());
    }
    return word.has_value();
}

bool read(const EventArgument& argument, const Log& log, U256& out) {
    const auto word = clean_word(argument, log);
    if (word) {
        out = U256::from_be_bytes(*word);
    }
    return word.has_value();
}

bool read(const EventArgument& argument, const Log& log, I256& out) {
    return read(argument, log, out.bits);
}

bool read(const EventArgument& argument, const Log& log, Hash32& out) {
    out = Hash32::from_bytes(word_of(argument, log));
    return true;
}

bool read_fixed_bytes(const EventArgument& argument, const Log& log, std::span<std::uint8_t> out) {
    const auto word = clean_word(argument, log);
    if (word) {
        std::ranges::copy(word->first(out.size()), out.begin());
    }
    return word.has_value();
}

bool read(const EventArgument& argument, const Log& log, BytesView& out) {
    const auto content = word::tail_bytes(log.data, argument.index * word::kSize);
    if (content) {
        out = *content;
    }
    return content.has_value();
}

bool read(const EventArgument& argument, const Log& log, std::string_view& out) {
    BytesView content;
    const bool ok = read(argument, log, content);
    if (ok) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char may alias any bytes.
        out = {reinterpret_cast<const char*>(content.data()), content.size()};
    }
    return ok;
}

std::string argument_context(const EventLayout& layout, const EventArgument& argument) {
    return event_context(layout) + ", argument \"" + std::string(argument.name) + "\"";
}

Error malformed_argument(const EventLayout& layout, const EventArgument& argument, const Log& log) {
    const bool has_tail = argument.shape.kind == AbiType::Kind::kBytes ||
                          argument.shape.kind == AbiType::Kind::kString;
    std::string detail =
        has_tail ? "its offset or length points outside the " + std::to_string(log.data.size()) +
                       " bytes of data"
                 : word::dirt(argument.shape.kind, argument.shape.size, word_of(argument, log));
    return Error(Code::kMalformed, std::move(detail)).context(argument_context(layout, argument));
}

AbiType parameter_type(std::string_view declaration, std::size_t index) {
    auto parsed = parse_abi_declaration(declaration);
    FAULTLINE_ASSERT(parsed.has_value() && index < parsed->parameters.size());
    return std::move(parsed->parameters[index].type);
}

AbiValue to_abi(bool value) {
    return {value};
}

AbiValue to_abi(std::uint64_t value) {
    return {U256(value)};
}

AbiValue to_abi(std::int64_t value) {
    return {I256::from_i64(value)};
}

AbiValue to_abi(const U256& value) {
    return {value};
}

AbiValue to_abi(const I256& value) {
    return {value};
}

AbiValue to_abi(const Address& value) {
    return {value};
}

AbiValue to_abi(BytesView value) {
    return {Bytes(value.begin(), value.end())};
}

AbiValue to_abi(std::string_view value) {
    return {std::string(value)};
}

AbiValue to_abi(AbiValue value) {
    return value;
}

Result<EncodedLog> encode_event(std::string_view declaration, std::vector<AbiValue> values) {
    FAULTLINE_TRY(const AbiDeclaration parsed, parse_abi_declaration(declaration));
    FAULTLINE_ASSERT(parsed.parameters.size() == values.size());
    EncodedLog out;
    if (!parsed.anonymous) {
        out.topics.push_back(keccak256(parsed.signature()));
    }
    std::vector<AbiType> types;
    std::vector<AbiValue> in_data;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const AbiType& type = parsed.parameters[i].type;
        if (!parsed.parameters[i].indexed) {
            types.push_back(type);
            in_data.push_back(std::move(values[i]));
            continue;
        }
        const bool hashed = type.is_dynamic() || !type.parts.empty();
        const AbiType in_topic =
            hashed ? AbiType{.kind = AbiType::Kind::kFixedBytes, .size = 32, .parts = {}} : type;
        FAULTLINE_TRY(const Bytes word, encode_abi({&in_topic, 1}, {&values[i], 1}));
        out.topics.push_back(topic_of(word));
    }
    FAULTLINE_TRY(out.data, encode_abi(types, in_data));
    return out;
}

}  // namespace faultline::eth::detail
