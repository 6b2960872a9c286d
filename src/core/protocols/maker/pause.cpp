// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/pause.hpp"

#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::maker {
namespace {

constexpr std::size_t kWordSize = 32;
constexpr std::size_t kSelector = 4;
constexpr std::size_t kTopics = 4;
/// msg.value, then where the calldata begins and how long it is.
constexpr std::size_t kHead = 3 * kWordSize;

enum class Arguments : std::uint8_t {
    kPlan,
    kAddress,
    kNumber
};

struct Call {
    Hash32 topic;
    std::string_view name;
    std::string_view detail;
    Arguments arguments;
};

constexpr std::array kCalls{
    Call{
        .topic = note_topic<"plot(address,bytes32,bytes,uint256)">(),
        .name = "plot",
        .detail = "queued",
        .arguments = Arguments::kPlan
    },
    Call{
        .topic = note_topic<"drop(address,bytes32,bytes,uint256)">(),
        .name = "drop",
        .detail = "cancelled",
        .arguments = Arguments::kPlan
    },
    Call{
        .topic = note_topic<"exec(address,bytes32,bytes,uint256)">(),
        .name = "exec",
        .detail = "executed",
        .arguments = Arguments::kPlan
    },
    Call{
        .topic = note_topic<"setOwner(address)">(),
        .name = "setOwner",
        .detail = "admin",
        .arguments = Arguments::kAddress
    },
    Call{
        .topic = note_topic<"setAuthority(address)">(),
        .name = "setAuthority",
        .detail = "admin",
        .arguments = Arguments::kAddress
    },
    Call{
        .topic = note_topic<"setDelay(uint256)">(),
        .name = "setDelay",
        .detail = "parameter",
        .arguments = Arguments::kNumber
    },
};

/// Bytes that are there, or none of them.
std::optional<BytesView> part(BytesView of, const U256& begin, const U256& size) {
    if (begin > U256(of.size()) || size > U256(of.size() - begin.low_u64())) {
        return std::nullopt;
    }
    return of.subspan(
        static_cast<std::size_t>(begin.low_u64()), static_cast<std::size_t>(size.low_u64())
    );
}

U256 word(BytesView of, std::size_t place) {
    return U256::from_be_bytes(of.subspan(place * kWordSize, kWordSize));
}

/// What was called with, without the selector.
std::optional<BytesView> arguments_of(const eth::Log& log) {
    if (log.topics.size() != kTopics || log.data.size() < kHead ||
        word(log.data, 1) != U256(2 * kWordSize)) {
        return std::nullopt;
    }
    const auto calldata = part(log.data, U256(kHead), word(log.data, 2));
    if (!calldata || calldata->size() < kSelector ||
        !std::ranges::equal(calldata->first(kSelector), log.topics[0].view().first(kSelector))) {
        return std::nullopt;
    }
    return calldata->subspan(kSelector);
}

std::string address_text(BytesView arguments) {
    return Address::from_bytes(arguments.first(kWordSize).last(Address::kSize)).hex();
}

/// usr, tag, fax, eta
std::optional<std::string> plan_text(BytesView arguments) {
    constexpr std::size_t kWords = 4;
    if (arguments.size() < kWords * kWordSize) {
        return std::nullopt;
    }
    const auto length = part(arguments, word(arguments, 2), U256(kWordSize));
    if (!length) {
        return std::nullopt;
    }
    const auto begin = word(arguments, 2).low_u64() + kWordSize;
    const auto fax = part(arguments, U256(begin), U256::from_be_bytes(*length));
    if (!fax) {
        return std::nullopt;
    }
    return "usr " + address_text(arguments) + ", tag " +
           to_hex(arguments.subspan(kWordSize, kWordSize)) + ", fax " +
           protocol::shown(*fax, protocol::Numbers::kPlain) + ", eta " +
           word(arguments, 3).to_string();
}

std::optional<std::string> text_of(const Call& call, BytesView arguments) {
    if (call.arguments == Arguments::kPlan) {
        return plan_text(arguments);
    }
    if (arguments.size() < kWordSize) {
        return std::nullopt;
    }
    return call.arguments == Arguments::kAddress ? address_text(arguments)
                                                 : word(arguments, 0).to_string() + " s";
}

}  // namespace

std::optional<PauseCall> pause_call(const eth::Log& log) {
    const auto* const call =
        log.topics.empty() ? kCalls.end() : std::ranges::find(kCalls, log.topics[0], &Call::topic);
    if (call == kCalls.end()) {
        return std::nullopt;
    }
    const auto arguments = arguments_of(log);
    const auto text = arguments ? text_of(*call, *arguments) : std::nullopt;
    return PauseCall{
        .detail = call->detail,
        .text = "DSPause." + std::string(call->name) +
                (text ? "(" + *text + ")" : ", with calldata that does not decode")
    };
}

std::vector<Hash32> pause_topics() {
    std::vector<Hash32> out;
    out.reserve(kCalls.size());
    for (const Call& call : kCalls) {
        out.push_back(call.topic);
    }
    return out;
}

protocol::GovernorPath pause_path(const MarketConfig& config) {
    static const std::array<Bytes, 2> path{
        eth::encode_call<"proxy()">(), eth::encode_call<"owner()">()
    };
    return {.contract = config.esm, .calls = path};
}

}  // namespace faultline::maker
