// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/int256.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace faultline::protocol {
namespace {

constexpr std::size_t kMostCharacters = 64;
constexpr std::size_t kMostBytes = 128;

std::string with_decimals(const U256& value, unsigned decimals) {
    const auto decimal = Decimal::of(value, decimals);
    return decimal ? decimal->text() : value.to_string() + "e-" + std::to_string(decimals);
}

}  // namespace

std::string shown(bool value, Numbers /*numbers*/) {
    return value ? "true" : "false";
}

std::string shown(std::uint64_t value, Numbers /*numbers*/) {
    return std::to_string(value);
}

std::string shown(std::int64_t value, Numbers /*numbers*/) {
    return std::to_string(value);
}

std::string shown(const U256& value, Numbers numbers) {
    if (value == U256::max()) {
        return "2^256-1";
    }
    switch (numbers) {
        case Numbers::kBps:
            return value.to_string() + " bps";
        case Numbers::kCents:
            return with_decimals(value, 2);
        case Numbers::kWad:
            return with_decimals(value, 18);
        case Numbers::kRay:
            return with_decimals(value, 27);
        case Numbers::kRad:
            return with_decimals(value, 45);
        default:
            return value.to_string();
    }
}

std::string shown(const eth::I256& value, Numbers numbers) {
    return (value.is_negative() ? "-" : "") + shown(value.magnitude(), numbers);
}

std::string shown(std::string_view value, Numbers /*numbers*/) {
    std::string out = "\"";
    for (const char c : value.substr(0, kMostCharacters)) {
        if (c >= ' ' && c <= '~' && c != '"') {
            out += c;
        }
    }
    return out + (value.size() > kMostCharacters ? "…\"" : "\"");
}

std::string shown(BytesView value, Numbers /*numbers*/) {
    return to_hex(value.first(std::min(value.size(), kMostBytes))) +
           (value.size() > kMostBytes ? "…" : "");
}

std::string shown(const eth::AbiValue& /*value*/, Numbers /*numbers*/) {
    return "(a list)";
}

const ToldEvent* find_told(std::span<const ToldEvent> events, const Hash32& topic0) {
    const auto found = std::lower_bound(
        events.begin(),
        events.end(),
        topic0,
        [](const ToldEvent& event, const Hash32& wanted) { return event.topic0 < wanted; }
    );
    return found != events.end() && found->topic0 == topic0 ? &*found : nullptr;
}

}  // namespace faultline::protocol
