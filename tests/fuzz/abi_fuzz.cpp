// SPDX-License-Identifier: Apache-2.0
// Types, declarations and data from anywhere: nothing may crash, hang or take memory out of
// proportion, and what decodes must survive an encoding.
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::eth {
namespace {

using Mixed = Event<
    "Mixed(address indexed who, int24 indexed tick, string name, uint8 kind, "
    "(uint256,bytes)[] parts, bytes4 tag, int256 wide)">;

void check_declaration(std::string_view text) {
    const auto declaration = parse_abi_declaration(text);
    if (!declaration) {
        FAULTLINE_ASSERT(!declaration.error().message().empty());
        return;
    }
    const std::string signature = declaration->signature();
    FAULTLINE_ASSERT(parse_abi_declaration(signature)->signature() == signature);
}

void check_decode(const AbiType& type, BytesView data) {
    FAULTLINE_ASSERT(*parse_abi_type(type.canonical()) == type);
    const auto types = std::span(&type, 1);
    const auto values = decode_abi(types, data);
    if (!values) {
        FAULTLINE_ASSERT(!values.error().message().empty());
        return;
    }
    const auto encoded = encode_abi(types, *values);
    FAULTLINE_ASSERT(encoded.has_value());
    FAULTLINE_ASSERT(*decode_abi(types, *encoded) == *values);
    FAULTLINE_ASSERT(*encode_abi(types, *decode_abi(types, *encoded)) == *encoded);
}

/// The first bytes are topics behind ours, the rest is data.
void check_event(BytesView input) {
    std::vector<Hash32> topics{Mixed::kTopic0};
    while (topics.size() < Mixed::kCount && input.size() >= Hash32::kSize && topics.size() < 3) {
        topics.push_back(Hash32::from_bytes(input.first(Hash32::kSize)));
        input = input.subspan(Hash32::kSize);
    }
    Log log;
    log.topics = topics;
    log.data = input;
    FAULTLINE_ASSERT(Mixed::matches(log));
    const auto event = Mixed::decode(log);
    if (!event) {
        FAULTLINE_ASSERT(!event.error().message().empty());
        return;
    }
    const auto encoded = Mixed::encode(event->values());
    FAULTLINE_ASSERT(encoded.has_value() && encoded->topics == topics);
    log.data = encoded->data;
    FAULTLINE_ASSERT(Mixed::decode(log)->get<"name">() == event->get<"name">());
}

}  // namespace
}  // namespace faultline::eth

/// Input: a type or a declaration, a line feed, data.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace faultline;
    const BytesView input(bytes, size);
    const auto line_feed = std::ranges::find(input, std::uint8_t{'\n'});
    const auto text_size = static_cast<std::size_t>(line_feed - input.begin());
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char may alias any bytes.
    const std::string_view text(reinterpret_cast<const char*>(bytes), text_size);
    const BytesView data = input.subspan(std::min(size, text_size + 1));
    eth::check_declaration(text);
    if (const auto type = eth::parse_abi_type(text)) {
        eth::check_decode(*type, data);
    }
    eth::check_event(data);
    return 0;
}
