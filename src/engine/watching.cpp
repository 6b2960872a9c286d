// SPDX-License-Identifier: Apache-2.0
// The part of the fold that alerts about the watching itself.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/fold.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace faultline::engine {
namespace {

using rules::Verdict;
using rules::WatchRule;

alerts::AlertKey key_of(WatchRule rule, aave::MarketId market) {
    static const std::array ids{
        alerts::rule_id(std::string(rules::watch_rule_name(WatchRule::kBlocksUnverified))),
        alerts::rule_id(std::string(rules::watch_rule_name(WatchRule::kMarketDegraded))),
        alerts::rule_id(std::string(rules::watch_rule_name(WatchRule::kChainHalted))),
        alerts::rule_id(std::string(rules::watch_rule_name(WatchRule::kAuditMismatch)))
    };
    return {.rule = ids.at(static_cast<std::size_t>(rule)), .market = market, .account = {}};
}

}  // namespace

std::optional<WatchRule> Fold::watch_of(const alerts::AlertKey& key) {
    for (const WatchRule rule : rules::kWatchRules) {
        if (key.rule == key_of(rule, 0).rule) {
            return rule;
        }
    }
    return is_audit(key) ? std::optional(WatchRule::kAuditMismatch) : std::nullopt;
}

bool Fold::written_outside_blocks(BytesView row_key) {
    constexpr std::size_t kTableBytes = sizeof(ledger::TableId);
    const auto table = row_key.size() < kTableBytes
                           ? Result<ledger::TableId>(Error(Code::kCorrupt, "no row key"))
                           : ledger::decode<ledger::TableId>(row_key.first(kTableBytes));
    if (!table) {
        return false;
    }
    if (*table != alerts::kAlertTable) {
        return *table == kHaltTable || *table == kAuditTable;
    }
    const auto alert = ledger::decode<alerts::AlertKey>(row_key.subspan(kTableBytes));
    const auto rule = alert ? watch_of(*alert) : std::nullopt;
    return rule == WatchRule::kChainHalted || rule == WatchRule::kAuditMismatch;
}

Figure<bool> Fold::usability(aave::MarketId market) const {
    return aave::usability(markets_.tables().markets.find({.market = market}));
}

void Fold::watch(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    if (!block.live) {
        return;  // The next live block speaks of what history left behind.
    }
    observe_watch(WatchRule::kBlocksUnverified, 0, judge_doubt(block), block, occurrence, outcome);
    for (std::size_t i = 0; i < options_.markets.size(); ++i) {
        const auto market = static_cast<aave::MarketId>(i);
        const Verdict verdict = lacks_figures(market) ? Verdict::kBreach : Verdict::kClear;
        observe_watch(WatchRule::kMarketDegraded, market, verdict, block, occurrence, outcome);
    }
    if (halt_.find({}) != nullptr) {
        halt_.erase({});
    }
    observe_watch(WatchRule::kChainHalted, 0, Verdict::kClear, block, occurrence, outcome);
}

// A market that began a moment ago is not broken: it has no reserves yet.
bool Fold::lacks_figures(aave::MarketId market) const {
    const aave::MarketRow* row = markets_.tables().markets.find({.market = market});
    return row != nullptr && !aave::usability(row).ok() &&
           (!row->degraded.empty() || row->reserve_count > 0);
}

void Fold::observe_watch(
    WatchRule rule,
    aave::MarketId market,
    Verdict verdict,
    const eth::Block& block,
    std::uint32_t occurrence,
    Outcome& outcome
) {
    observe_watch(
        {.rule = rule, .key = key_of(rule, market), .verdict = verdict, .figures = {}},
        block,
        occurrence,
        outcome
    );
}

void Fold::observe_watch(
    const Watched& watched, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
) {
    const alerts::AlertKey& key = watched.key;
    if (watched.verdict != Verdict::kBreach && book_.rows().find(key) == nullptr) {
        return;
    }
    alerts::Observation observation;
    observation.key = key;
    observation.rule = rules::watch_rule_name(watched.rule);
    observation.severity = rules::kWatchSeverity;
    observation.verdict = watched.verdict;
    observation.labels = labels(key);
    observation.summary =
        (watched.verdict == Verdict::kClear ? "over: " : "") + describe_watch(watched.rule, key);
    observation.figures = watched.figures;
    if (auto transition = book_.observe(observation, block)) {
        transition->occurrence = occurrence;
        outcome.transitions.push_back(*std::move(transition));
    }
}

Verdict Fold::judge_doubt(const eth::Block& block) {
    const DoubtRow* row = doubt_.find({});
    if (row == nullptr) {
        return Verdict::kClear;
    }
    if (!row->told) {
        DoubtRow told = *row;
        told.told = true;
        told.told_at = block.header.timestamp;
        doubt_.put({}, std::move(told));
        return Verdict::kBreach;
    }
    const std::uint64_t again_s = row->told_at.value + rules::kUnverifiedHoldSeconds;
    return block.header.timestamp.value < again_s ? Verdict::kHold : Verdict::kClear;
}

std::string Fold::describe_watch(WatchRule rule, const alerts::AlertKey& key) const {
    if (rule == WatchRule::kBlocksUnverified) {
        const DoubtRow* row = doubt_.find({});
        return row == nullptr
                   ? "all blocks passed `verification`"
                   : "alerts and figures may rest on wrong logs: the last block taken although no "
                     "endpoint had one that passes `verification` was block " +
                         row->block.text() + ": " + row->why;
    }
    if (rule == WatchRule::kChainHalted) {
        const HaltRow* row = halt_.find({});
        return row == nullptr
                   ? "the chain is followed"
                   : "nothing of what happens on the chain is seen any more: " + row->why;
    }
    if (key.market >= options_.markets.size()) {
        return "the market is no longer configured";
    }
    if (rule == WatchRule::kAuditMismatch) {
        return describe_audit(audited_subject(key));
    }
    const std::string& name = options_.markets[key.market].name;
    return lacks_figures(key.market)
               ? "market " + name +
                     " has no figures from here on, so no rule judges its accounts: " +
                     usability(key.market).reason
               : "market " + name + " has figures";
}

}  // namespace faultline::engine
