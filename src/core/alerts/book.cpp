// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
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

Transition make_transition(
    const Observation& now, const AlertRow& row, Kind kind, const eth::Block& block
) {
    Observation observation = now;
    if (!row.labels.empty()) {
        // An alert ends under the name it was told by, whatever its rule adds since.
        observation.labels.clear();
        for (const LabelText& label : row.labels) {
            observation.labels[label.name] = label.value;
        }
    }
    Transition out;
    out.fingerprint = fingerprint(observation.rule, observation.labels);
    out.episode = row.began.tag();
    out.kind = kind;
    out.retracts =
        row.phase == Phase::kPending && kind == Kind::kResolved ? Kind::kPending : Kind::kFiring;
    out.block = block.ref();
    out.block_timestamp_s = block.header.timestamp.value;
    // Receivers know an episode by its severity, too: Alertmanager has it among the labels.
    out.severity = row.severity;
    out.rule = observation.rule;
    out.summary = observation.summary;
    out.labels = observation.labels;
    out.figures = observation.figures;
    out.evidence = block.evidence;
    out.wait_for = observation.wait_for;
    out.inputs = observation.inputs;
    out.since_s = row.began_s;
    out.runbook = observation.runbook;
    out.group = observation.group;
    return out;
}

/// Whether that it fires is to be told although it was before.
bool tells_again(const Observation& now, const AlertRow& row, std::uint64_t now_s) {
    const std::uint64_t every_s = now.patience.repeat_seconds;
    return now.news || (every_s > 0 && now_s - row.told_s >= every_s);
}

}  // namespace

/// Rule and labels, separated by bytes that neither may hold.
std::string fingerprint(const std::string& rule, const std::map<std::string, std::string>& labels) {
    constexpr std::size_t kHexDigits = 16;
    std::string text = rule;
    for (const auto& [name, value] : labels) {
        text += '\0';
        text += name;
        text += '=';
        text += value;
    }
    return eth::keccak256(bytes_of(text)).hex().substr(2, kHexDigits);
}

std::map<std::string, std::string> labels_of(const AlertRow& row) {
    std::map<std::string, std::string> out;
    for (const LabelText& label : row.labels) {
        out.emplace(label.name, label.value);
    }
    return out;
}

Hash32 rule_id(const std::string& name) {
    return eth::keccak256(bytes_of(name));
}

Book::Book(ledger::Ledger& ledger) : rows_(ledger, kAlertTable) {}

std::optional<Transition> Book::observe(const Observation& observation, const eth::Block& block) {
    const AlertRow* found = rows_.find(observation.key);
    const bool breach = observation.verdict == rules::Verdict::kBreach;
    const std::uint64_t now_s = block.header.timestamp.value;
    if (found != nullptr && found->phase == Phase::kCooling) {
        if (now_s - found->since_s < observation.patience.cooldown_seconds) {
            return std::nullopt;
        }
        rows_.erase(observation.key);
        found = nullptr;
    }
    if (found == nullptr && !breach) {
        return std::nullopt;
    }
    AlertRow row = found == nullptr ? AlertRow{} : *found;
    if (found == nullptr) {
        row.began = block.ref();
        row.since_s = now_s;
        row.began_s = now_s;
    }
    const bool ends =
        row.phase == Phase::kPending ? !breach : observation.verdict == rules::Verdict::kClear;
    return ends ? hold_or_end(observation, std::move(row), block)
                : goes_on(observation, std::move(row), block);
}

std::optional<Transition> Book::hold_or_end(
    const Observation& observation, AlertRow row, const eth::Block& block
) {
    const std::uint64_t now_s = block.header.timestamp.value;
    const rules::Patience& patience = observation.patience;
    const bool fired = row.phase == Phase::kFiring;
    if (fired && patience.keep_firing_seconds > 0) {
        if (row.clear_s == 0) {
            row.clear_s = now_s;
            rows_.put(observation.key, row);
        }
        if (now_s - row.clear_s < patience.keep_firing_seconds) {
            return std::nullopt;
        }
    }
    Transition out = make_transition(observation, row, Kind::kResolved, block);
    if (fired && patience.cooldown_seconds > 0) {
        row.phase = Phase::kCooling;
        row.since_s = now_s;
        rows_.put(observation.key, std::move(row));
    } else {
        rows_.erase(observation.key);
    }
    return out;
}

std::optional<Transition> Book::goes_on(
    const Observation& observation, AlertRow row, const eth::Block& block
) {
    const std::uint64_t now_s = block.header.timestamp.value;
    const rules::Patience& patience = observation.patience;
    std::optional<Transition> out;
    if (row.phase == Phase::kFiring) {
        const bool again = tells_again(observation, row, now_s);
        if (row.clear_s == 0 && !again) {
            return std::nullopt;
        }
        row.clear_s = 0;
        if (again) {
            row.told_s = now_s;
            row.summary = observation.summary;
            out = make_transition(observation, row, Kind::kFiring, block);
            out->repeated = true;
            out->news = observation.news ? News::kNew : News::kNone;
        }
        rows_.put(observation.key, std::move(row));
        return out;
    }
    row.rule = observation.rule;
    row.severity = observation.severity;
    row.summary = observation.summary;
    row.wait_for = observation.wait_for;
    row.labels.clear();
    for (const auto& [name, value] : observation.labels) {
        row.labels.push_back({.name = name, .value = value});
    }
    ++row.blocks;
    const bool long_enough =
        row.blocks >= patience.for_blocks && now_s - row.began_s >= patience.for_seconds;
    if (long_enough && !patience.muted) {
        row.phase = Phase::kFiring;
        row.fired = block.ref();
        row.since_s = now_s;
        row.told_s = now_s;
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
        if (transition.news == News::kNew) {
            retraction.kind = Kind::kFiring;  // What is taken back is not that it fires.
            retraction.news = News::kTakenBack;
            retraction.summary = "taken back with dropped block " + transition.block.text() + ": " +
                                 transition.summary;
            out.push_back(std::move(retraction));
            continue;
        }
        if (transition.repeated && transition.wait_for == eth::Finality::kLatest) {
            continue;  // It fired before that block and still does, and nothing waits.
        }
        retraction.retracts = silent ? Kind::kPending : transition.kind;
        retraction.summary = "block " + transition.block.text() + " was orphaned; taken back: " +
                             std::string(kind_name(transition.kind)) + ", " + transition.summary;
        out.push_back(std::move(retraction));
    }
    return out;
}

}  // namespace faultline::alerts

namespace faultline {

template class ledger::Table<alerts::AlertKey, alerts::AlertRow>;

}  // namespace faultline
