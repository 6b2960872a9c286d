// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::simnode {

enum class FaultKind : std::uint8_t {
    kDrop,
    kSilent,
    kDelay,
    kSlow,
    kTruncate,
    kRateLimit,
    kRetryAfter,
    kError,
    kNull,
    kLag,
    kHideLogs,
    kAlterLogs,
    kRemovedLogs,
    kSocketDrop,
    kSocketCut,
    kSocketMute,
    kDuplicate,
    kLate,
    kRollback,
    kReorg,
};
constexpr std::size_t kFaultKinds = 20;

/// When a fault strikes, so what its rate counts.
enum class FaultMoment : std::uint8_t {
    kRequest,       ///< An HTTP request.
    kNotification,  ///< A notification on a WebSocket.
    kMove,          ///< A move of the head.
};

struct FaultDescription {
    FaultKind kind = FaultKind::kDrop;
    FaultMoment moment = FaultMoment::kRequest;
    std::string_view name;
    std::string_view text;  ///< What the node does, for --help.
    double rate = 0;        ///< Unless given.
};

/// One for each kind, in the order of the enumeration.
std::span<const FaultDescription, kFaultKinds> fault_descriptions();
const FaultDescription& description_of(FaultKind kind);

/// A kind of fault, how often it strikes, and between which heads of the node.
struct FaultRule {
    FaultKind kind = FaultKind::kDrop;
    double rate = 0;
    eth::BlockNum from = 0;
    eth::BlockNum to = std::numeric_limits<eth::BlockNum>::max();

    bool operator==(const FaultRule&) const = default;
};

/// Reads KIND[:RATE][@FROM-TO], as in "drop", "429:0.5", "slow:1@100-200", "null@100-". kInvalid.
Result<FaultRule> parse_fault(std::string_view text);

/// Reads a file of such rules, one a line; empty lines and what follows # are left out. kInvalid
/// naming the line, kUnavailable.
Result<std::vector<FaultRule>> read_fault_file(const std::string& path);

}  // namespace faultline::simnode
