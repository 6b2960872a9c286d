// SPDX-License-Identifier: Apache-2.0
// The part of the fold that alerts about the watching itself.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/notice.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::engine {
namespace {

using rules::Verdict;
using rules::WatchRule;

bool is_news(WatchRule rule) {
    return rule == WatchRule::kMarketNews || rule == WatchRule::kMarketAlarm;
}

}  // namespace

alerts::AlertKey Fold::watch_key(WatchRule rule, protocol::MarketId market) {
    static const auto ids = [] {
        std::array<Hash32, rules::kWatchRules.size()> out{};
        for (const WatchRule one : rules::kWatchRules) {
            out.at(static_cast<std::size_t>(one)) =
                alerts::rule_id(std::string(rules::watch_rule_name(one)));
        }
        return out;
    }();
    return {
        .rule = ids.at(static_cast<std::size_t>(rule)), .market = market, .account = {}, .part = {}
    };
}

std::optional<WatchRule> Fold::watch_of(const alerts::AlertKey& key) {
    for (const WatchRule rule : rules::kWatchRules) {
        if (key.rule == watch_key(rule, 0).rule) {
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
    return rule == WatchRule::kChainHalted || rule == WatchRule::kAuditMismatch ||
           (rule && is_notice(*rule));
}

void Fold::watch(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    if (!block.live) {
        return;  // The next live block speaks of what history left behind.
    }
    observe_watch(WatchRule::kBlocksUnverified, 0, judge_doubt(block), block, occurrence, outcome);
    for (std::size_t i = 0; i < protocols_.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const Verdict verdict = lacks_figures(market) ? Verdict::kBreach : Verdict::kClear;
        observe_watch(WatchRule::kMarketDegraded, market, verdict, block, occurrence, outcome);
    }
    watch_unvalued(block, occurrence, outcome);
    watch_laws(block, occurrence, outcome);
    const Standings standings = standings_now();
    watch_news(standings, block, occurrence, outcome);
    watch_standings(standings, block, occurrence, outcome);
    if (halt_.find({}) != nullptr) {
        halt_.erase({});
    }
    observe_watch(WatchRule::kChainHalted, 0, Verdict::kClear, block, occurrence, outcome);
}

// A market that began a moment ago is not broken: there is nothing in it yet.
bool Fold::lacks_figures(protocol::MarketId market) const {
    const protocol::Protocol& protocol = protocols_.of(market);
    return !protocol.usable(market).ok() &&
           (!protocol.degraded(market).empty() || !protocol.parts(market).empty());
}

void Fold::watch_laws(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    std::set<protocol::MarketId> broken;
    for (const auto& protocol : protocols_.all()) {
        for (const protocol::BrokenLaw& law : protocol->broken_laws()) {
            broken.insert(law.market);
        }
    }
    for (std::size_t i = 0; i < protocols_.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const Verdict verdict = broken.contains(market) ? Verdict::kBreach : Verdict::kClear;
        observe_watch(WatchRule::kLawBroken, market, verdict, block, occurrence, outcome);
    }
}

std::string Fold::describe_laws(protocol::MarketId market) const {
    std::string out;
    for (const protocol::BrokenLaw& law : protocols_.of(market).broken_laws()) {
        if (law.market == market) {
            out += (out.empty() ? "" : "; ") + law.law + ": " + law.text;
        }
    }
    const std::string& name = protocols_.label(market).name;
    return out.empty() ? "what market " + name + " conserves adds up"
                       : "the rows of market " + name +
                             " cannot be the contracts' state, its figures may be wrong: " + out;
}

void Fold::observe_watch(
    WatchRule rule,
    protocol::MarketId market,
    Verdict verdict,
    const eth::Block& block,
    std::uint32_t occurrence,
    Outcome& outcome
) {
    observe_watch(
        {.rule = rule,
         .key = watch_key(rule, market),
         .verdict = verdict,
         .figures = {},
         .severity = rules::severity_of(rule)},
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
    observation.severity = watched.severity;
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
    if (is_notice(rule)) {
        const alerts::AlertRow* row = book_.rows().find(key);
        return row == nullptr ? "it is over" : row->summary;
    }
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
    if (key.market >= protocols_.markets()) {
        return "the market is no longer configured";
    }
    if (rule == WatchRule::kAuditMismatch) {
        return describe_audit(audited_subject(key));
    }
    if (rule == WatchRule::kLawBroken) {
        return describe_laws(key.market);
    }
    if (rule == WatchRule::kPositionsUnvalued) {
        return describe_unvalued(key);
    }
    if (is_news(rule)) {
        return describe_news(key);
    }
    const std::string& name = protocols_.label(key.market).name;
    return lacks_figures(key.market)
               ? "market " + name +
                     " has no figures from here on, so no rule judges its accounts: " +
                     protocols_.of(key.market).usable(key.market).reason
               : "market " + name + " has figures";
}

}  // namespace faultline::engine
