// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/rules/verdict.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::alerts {

inline constexpr ledger::TableId kAlertTable = 0x0301;

/// The market of alerts that are about no market in particular.
inline constexpr std::uint16_t kNoMarket = 0xffff;

/// Which alert: a rule and what it is about.
struct AlertKey {
    Hash32 rule;  ///< keccak256 of the rule's name: stable when rules are reordered.
    std::uint16_t market = 0;
    Address account;
    /// Of the account's positions, where several are apart: Maker's ilk. Of a rule over signals the
    /// keccak of its row's labels.
    Hash32 part;
    auto operator<=>(const AlertKey&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.rule, self.market, self.account, self.part);
    }
};

enum class Phase : std::uint8_t {
    kPending,
    kFiring,
    kCooling  ///< It resolved, and nothing fires until its cooldown is over.
};

constexpr Phase last_of(Phase /*of*/) noexcept {
    return Phase::kCooling;
}

struct LabelText {
    std::string name;
    std::string value;
    bool operator==(const LabelText&) const = default;

    auto fields(this auto& self) { return std::tie(self.name, self.value); }
};

/// An alert that is not clear. Journaled with the block, so a reorg restores what was before.
struct AlertRow {
    std::string rule;
    rules::Severity severity = rules::Severity::kWarning;
    Phase phase = Phase::kPending;
    eth::BlockRef began;       ///< First block of the breach; names the episode.
    std::uint32_t blocks = 0;  ///< Blocks in breach while pending.
    eth::BlockRef fired;       ///< Meaningful while firing.
    /// Timestamp of `fired` while firing, of `began` while pending, of the end while cooling.
    std::uint64_t since_s = 0;
    std::uint64_t began_s = 0;  ///< Timestamp of `began`.
    std::uint64_t clear_s = 0;  ///< Firing: since when the condition does not hold; 0: it does.
    std::uint64_t told_s = 0;   ///< When the firing was told last.
    std::string summary;        ///< Of the last transition.
    eth::Finality wait_for = eth::Finality::kLatest;  ///< As the rule said when it last spoke.
    /// What the alert is about, as it was told.
    std::vector<LabelText> labels;

    auto fields(this auto& self) {
        return std::tie(
            self.rule,
            self.severity,
            self.phase,
            self.began,
            self.blocks,
            self.fired,
            self.since_s,
            self.began_s,
            self.clear_s,
            self.told_s,
            self.summary,
            self.wait_for,
            self.labels
        );
    }
};

/// What the alert is about, as it was told.
std::map<std::string, std::string> labels_of(const AlertRow& row);

/// What one rule says of one account at one block.
struct Observation {
    AlertKey key;
    std::string rule;
    rules::Severity severity = rules::Severity::kWarning;
    rules::Patience patience = {};
    eth::Finality wait_for = eth::Finality::kLatest;
    rules::Verdict verdict = rules::Verdict::kClear;
    std::string summary;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> figures;
    std::map<std::string, std::string> inputs;  ///< Transition::inputs
    std::string runbook;
    std::string group;
    /// Something happened that is to be told although the alert fires: `summary` says what.
    bool news = false;
};

/// The alert state machine: clear -> pending -> firing -> clear (-> cooling). One transition per
/// alert and block at most. An alert that has a row has to be observed at every block, or it
/// neither fires nor ends. Pure; state lives in the ledger.
class Book {
  public:
    explicit Book(ledger::Ledger& ledger);

    /// Moves one alert by one block; the transition it caused, if any.
    std::optional<Transition> observe(const Observation& observation, const eth::Block& block);

    /// What receivers must hear when the block that caused `lost` is orphaned, newest first, and
    /// what ends the wait of a repeat for that block (takes_back_repeat()). The rows themselves
    /// come back through the ledger's undo.
    static std::vector<Transition> retract(const std::vector<Transition>& lost);

    [[nodiscard]] const ledger::Table<AlertKey, AlertRow>& rows() const noexcept { return rows_; }

  private:
    std::optional<Transition> hold_or_end(
        const Observation& observation, AlertRow row, const eth::Block& block
    );
    std::optional<Transition> goes_on(
        const Observation& observation, AlertRow row, const eth::Block& block
    );

    ledger::Table<AlertKey, AlertRow> rows_;
};

/// Transition::fingerprint of an alert of that rule with those labels.
std::string fingerprint(const std::string& rule, const std::map<std::string, std::string>& labels);

/// keccak256 of a rule's name.
Hash32 rule_id(const std::string& name);

}  // namespace faultline::alerts

/// Instantiated once, in book.cpp.
namespace faultline {
extern template class ledger::Table<alerts::AlertKey, alerts::AlertRow>;
}  // namespace faultline
