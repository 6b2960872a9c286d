// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/shell/simnode/faults.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::simnode {
namespace {

using enum FaultKind;
using enum FaultMoment;

constexpr std::array<FaultDescription, kFaultKinds> kDescriptions{{
    {kDrop, kRequest, "drop", "closes the connection instead of answering", 0.1},
    {kSilent, kRequest, "silent", "does not answer for a minute, then closes the connection", 0.02},
    {kDelay, kRequest, "delay", "answers 0.1 to 3 s late", 0.1},
    {kSlow, kRequest, "slow", "answers chunked, in about 20 pieces over 1 to 4 s", 0.1},
    {kTruncate, kRequest, "truncate", "sends a part of the answer and closes the connection", 0.1},
    {kRateLimit, kRequest, "429", "answers HTTP 429 without Retry-After", 0.1},
    {kRetryAfter, kRequest, "retry-after", "answers HTTP 429 with Retry-After: 1", 0.1},
    {kError, kRequest, "error", "answers HTTP 200 with an error of a provider", 0.1},
    {kNull, kRequest, "null", "answers one call with null", 0.1},
    {kLag, kRequest, "lag", "answers as a node that is 1 to 5 blocks behind", 0.1},
    {kHideLogs, kRequest, "hide-logs", "leaves a log out of eth_getLogs", 0.1},
    {kAlterLogs, kRequest, "alter-logs", "alters the data of a log in eth_getLogs", 0.1},
    {kRemovedLogs, kRequest, "removed-logs", "says \"removed\": true of a log in eth_getLogs", 0.1},
    {kSocketDrop, kNotification, "ws-drop", "drops the WebSocket instead of notifying", 0.1},
    {kSocketCut, kNotification, "ws-cut", "drops the WebSocket in the middle of a frame", 0.1},
    {kSocketMute,
     kNotification,
     "mute",
     "never notifies on this WebSocket again, but answers pings",
     0.05},
    {kDuplicate, kNotification, "duplicate", "notifies twice", 0.2},
    {kLate, kNotification, "late", "notifies 0.1 to 3 s late", 0.2},
    {kRollback, kMove, "rollback", "takes 1 to 4 blocks off and brings them back one by one", 0.05},
    {kReorg, kMove, "reorg", "replaces 1 to 4 blocks by empty ones for 1 to 8 moves", 0.05},
}};

Error not_a_fault(std::string_view text, std::string_view why) {
    std::string known;
    for (const FaultDescription& one : kDescriptions) {
        known += (known.empty() ? "" : ", ") + std::string(one.name);
    }
    return Error(Code::kInvalid, "\"" + std::string(text) + "\" is no fault: " + std::string(why))
        .advise("Write KIND[:RATE][@FROM-TO]; kinds are " + known);
}

template <class Number>
std::optional<Number> whole(std::string_view text) {
    Number out{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (failure != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return out;
}

/// FROM-TO, where either side may be empty, or one number.
bool parse_range(std::string_view text, FaultRule& rule) {
    const auto dash = text.find('-');
    const std::string_view from = text.substr(0, dash);
    const std::string_view to = dash == std::string_view::npos ? from : text.substr(dash + 1);
    if (text.empty() || text == "-") {
        return false;
    }
    if (!from.empty()) {
        const auto number = whole<eth::BlockNum>(from);
        if (!number) {
            return false;
        }
        rule.from = *number;
    }
    if (!to.empty()) {
        const auto number = whole<eth::BlockNum>(to);
        if (!number) {
            return false;
        }
        rule.to = *number;
    }
    return rule.from <= rule.to;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

std::span<const FaultDescription, kFaultKinds> fault_descriptions() {
    return kDescriptions;
}

const FaultDescription& description_of(FaultKind kind) {
    const FaultDescription& found = kDescriptions.at(static_cast<std::size_t>(kind));
    FAULTLINE_ASSERT(found.kind == kind);
    return found;
}

Result<FaultRule> parse_fault(std::string_view text) {
    const auto at = text.find('@');
    const std::string_view before = text.substr(0, at);
    const auto colon = before.find(':');
    const std::string_view name = before.substr(0, colon);
    const auto* const known = std::ranges::find(kDescriptions, name, &FaultDescription::name);
    if (known == kDescriptions.end()) {
        return not_a_fault(text, "there is no kind \"" + std::string(name) + "\"");
    }
    FaultRule rule;
    rule.kind = known->kind;
    rule.rate = known->rate;
    if (colon != std::string_view::npos) {
        const auto rate = whole<double>(before.substr(colon + 1));
        if (!rate || !(*rate >= 0 && *rate <= 1)) {
            return not_a_fault(text, "the rate is a number from 0 to 1");
        }
        rule.rate = *rate;
    }
    if (at != std::string_view::npos && !parse_range(text.substr(at + 1), rule)) {
        return not_a_fault(text, "after @ come two block numbers, FROM-TO");
    }
    return rule;
}

Result<std::vector<FaultRule>> read_fault_file(const std::string& path) {
    std::ifstream file(path);
    // A folder opens, and fails only when it is read.
    if (!file || (file.peek() == std::ifstream::traits_type::eof() && file.bad())) {
        return Error(Code::kUnavailable, "cannot read the faults in " + path)
            .advise("Name a file with one KIND[:RATE][@FROM-TO] a line");
    }
    std::vector<FaultRule> rules;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const std::string_view text = trimmed(std::string_view(line).substr(0, line.find('#')));
        if (text.empty()) {
            continue;
        }
        auto rule = parse_fault(text);
        if (!rule) {
            return std::move(rule).error().context(path + ":" + std::to_string(number));
        }
        rules.push_back(*rule);
    }
    return rules;
}

}  // namespace faultline::simnode
