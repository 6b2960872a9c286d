// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::alerts {
namespace {

BytesView bytes_of(std::string_view text) {
    return {
        reinterpret_cast<const std::uint8_t*>(text.data()), text.size()
    };  // NOLINT(*-reinterpret-cast)
}

/// Rule and labels, separated by bytes that neither may hold.
std::string fingerprint(const Observation& observation) {
    constexpr std::size_t kHexDigits = 16;
    std::string text = observation.rule;
    for (const auto& [name, value] : observation.labels) {
        text += '\0';
        text += name;
        text += '=';
        text += value;
    }
    return eth::keccak256(bytes_of(text)).hex().substr(2, kHexDigits);
}

Transition make_transition(
    const Observation& observation, const AlertRow& row, Kind kind, const eth::Block& block
) {
    Transition out;
    out.fingerprint = fingerprint(observation);
    out.episode = row.began.tag();
    out.kind = kind;
    out.retracts =
        row.phase == Phase::kPending && kind == Kind::kResolved ? Kind::kPending : Kind::kFiring;
    out.block = block.ref();
    out.block_timestamp_s = block.header.timestamp.value;
    out.severity = observation.severity;
    out.rule = observation.rule;
    out.summary = observation.summary;
    out.labels = observation.labels;
    out.figures = observation.figures;
    out.evidence = block.evidence;
    out.wait_for = observation.wait_for;
    return out;
}

}  // namespace

Hash32 rule_id(const std::string& name) {
    return eth::keccak256(bytes_of(name));
}

Book::Book(ledger::Ledger& ledger) : rows_(ledger, kAlertTable) {}

std::optional<Transition> Book::observe(const Observation& observation, const eth::Block& block) {
    const AlertRow* found = rows_.find(observation.key);
    const bool breach = observation.verdict == rules::Verdict::kBreach;
    if (found == nullptr && !breach) {
        return std::nullopt;
    }
    AlertRow row = found == nullptr ? AlertRow{} : *found;
    if (found == nullptr) {
        row.began = block.ref();
        row.since_s = block.header.timestamp.value;
    }
    const bool ends =
        row.phase == Phase::kPending ? !breach : observation.verdict == rules::Verdict::kClear;
    if (ends) {
        Transition out = make_transition(observation, row, Kind::kResolved, block);
        rows_.erase(observation.key);
        return out;
    }
    if (row.phase == Phase::kFiring) {
        return std::nullopt;
    }
    row.rule = observation.rule;
    row.severity = observation.severity;
    row.summary = observation.summary;
    row.wait_for = observation.wait_for;
    ++row.blocks;
    std::optional<Transition> out;
    if (row.blocks >= observation.for_blocks) {
        row.phase = Phase::kFiring;
        row.fired = block.ref();
        row.since_s = block.header.timestamp.value;
        out = make_transition(observation, row, Kind::kFiring, block);
    } else if (row.blocks == 1) {
        out = make_transition(observation, row, Kind::kPending, block);
    }
    rows_.put(observation.key, std::move(row));
    return out;
}

std::vector<Transition> Book::retract(const std::vector<Transition>& lost) {
    std::vector<Transition> out;
    for (const Transition& transition : std::views::reverse(lost)) {
        Transition retraction = transition;
        retraction.kind = Kind::kRetracted;
        // A lapsed pending was never told to receivers that do not get pendings; nor is its return.
        const bool silent =
            transition.kind == Kind::kResolved && transition.retracts == Kind::kPending;
        retraction.retracts = silent ? Kind::kPending : transition.kind;
        retraction.summary = "block " + transition.block.text() + " was orphaned; taken back: " +
                             std::string(kind_name(transition.kind)) + ", " + transition.summary;
        out.push_back(std::move(retraction));
    }
    return out;
}

}  // namespace faultline::alerts
