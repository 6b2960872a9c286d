// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/severity.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::alerts {

inline constexpr ledger::TableId kAlertTable = 0x0301;

/// Which alert: a rule and what it is about.
struct AlertKey {
    Hash32 rule;  ///< keccak256 of the rule's name: stable when rules are reordered.
    std::uint16_t market = 0;
    Address account;
    Hash32 part;  ///< Of the account's positions, where several are apart: Maker's ilk.
    auto operator<=>(const AlertKey&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.rule, self.market, self.account, self.part);
    }
};

enum class Phase : std::uint8_t {
    kPending,
    kFiring
};

constexpr Phase last_of(Phase /*of*/) noexcept {
    return Phase::kFiring;
}

/// An alert that is not clear. Journaled with the block, so a reorg restores what was before.
struct AlertRow {
    std::string rule;
    rules::Severity severity = rules::Severity::kWarning;
    Phase phase = Phase::kPending;
    eth::BlockRef began;        ///< First block of the breach; names the episode.
    std::uint32_t blocks = 0;   ///< Blocks in breach while pending.
    eth::BlockRef fired;        ///< Meaningful while firing.
    std::uint64_t since_s = 0;  ///< Timestamp of `fired` while firing, of `began` while pending.
    std::string summary;        ///< Of the last transition.
    eth::Finality wait_for = eth::Finality::kLatest;  ///< As the rule said when it last spoke.

    auto fields(this auto& self) {
        return std::tie(
            self.rule,
            self.severity,
            self.phase,
            self.began,
            self.blocks,
            self.fired,
            self.since_s,
            self.summary,
            self.wait_for
        );
    }
};

/// What one rule says of one account at one block.
struct Observation {
    AlertKey key;
    std::string rule;
    rules::Severity severity = rules::Severity::kWarning;
    std::uint32_t for_blocks = 1;
    eth::Finality wait_for = eth::Finality::kLatest;
    rules::Verdict verdict = rules::Verdict::kClear;
    std::string summary;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> figures;
};

/// The alert state machine: clear -> pending -> firing -> clear. One transition per alert and block
/// at most. Pure; state lives in the ledger.
class Book {
  public:
    explicit Book(ledger::Ledger& ledger);

    /// Moves one alert by one block; the transition it caused, if any.
    std::optional<Transition> observe(const Observation& observation, const eth::Block& block);

    /// What receivers must hear when the block that caused `lost` is orphaned, newest first.
    /// The rows themselves come back through the ledger's undo.
    static std::vector<Transition> retract(const std::vector<Transition>& lost);

    [[nodiscard]] const ledger::Table<AlertKey, AlertRow>& rows() const noexcept { return rows_; }

  private:
    ledger::Table<AlertKey, AlertRow> rows_;
};

/// keccak256 of a rule's name.
Hash32 rule_id(const std::string& name);

}  // namespace faultline::alerts
