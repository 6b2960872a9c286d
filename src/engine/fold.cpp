// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/audit_finding.hpp>
#include <faultline/engine/fold.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr ledger::TableId kTipTable = 0x0001;
constexpr ledger::TableId kDoubtTable = 0x0002;
constexpr ledger::TableId kNewsTable = 0x0005;
constexpr ledger::TableId kDroppedNewsTable = 0x0006;
constexpr ledger::TableId kStandingTable = 0x0007;
constexpr ledger::TableId kUnvaluedTable = 0x0008;
constexpr ledger::TableId kDroppedAlarmsTable = 0x0009;
constexpr ledger::TableId kToldStandingTable = 0x000a;

graph::LabelledWraps labelled_wraps(const graph::Labels& labels, eth::ChainId chain) {
    graph::LabelledWraps out;
    for (const graph::Label& label : labels.all()) {
        if (label.chain == chain && label.role == graph::LabelRole::kToken && label.wraps) {
            out.emplace(label.address, *label.wraps);
        }
    }
    return out;
}

/// Tables of protocols, the graph and series of signals: rules write but the engine's own.
bool is_finished_before_rules(ledger::TableId table) {
    constexpr ledger::TableId kFirstBeyondEngine = 0x0100;
    return table >= kFirstBeyondEngine && table != alerts::kAlertTable;
}

}  // namespace

Fold::Fold(FoldOptions options)
    : options_(std::move(options)),
      tip_(ledger_, kTipTable),
      doubt_(ledger_, kDoubtTable),
      halt_(ledger_, kHaltTable),
      audits_(ledger_, kAuditTable),
      protocols_(ledger_, options_.deployments),
      graph_(
          ledger_,
          protocols_,
          {.chain = options_.chain_name,
           .top_holders = options_.top_holders,
           .wrapped_coin = options_.wrapped_coin,
           .pinned = {},
           .labelled_wraps = labelled_wraps(options_.labels, options_.chain_id)}
      ),
      news_(ledger_, kNewsTable),
      dropped_news_(ledger_, kDroppedNewsTable),
      dropped_alarms_(ledger_, kDroppedAlarmsTable),
      standings_(ledger_, kStandingTable),
      told_standings_(ledger_, kToldStandingTable),
      unvalued_(ledger_, kUnvaluedTable),
      activity_(ledger_),
      missed_(ledger_),
      movers_(ledger_),
      market_signals_(ledger_),
      graph_signals_(ledger_, options_.labels, options_.chain_id),
      signal_rules_(ledger_, {}, options_.rule_work_per_block),
      book_(ledger_) {
    for (std::size_t i = 0; i < protocols_.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        currencies_.push_back(protocols_.of(market).base_currency(market));
    }
    use_rules(std::move(options_.rules));
}

void Fold::use_rules(rules::RuleSet rules) {
    options_.rules = std::move(rules);
    rule_ids_.clear();
    for (const rules::HealthFactorRule& rule : options_.rules.health) {
        rule_ids_.push_back(alerts::rule_id(rule.terms.name));
    }
    signal_rules_.use(options_.rules.signals);
    graph_signals_.ask(options_.rules.signals);
    position_signals_.ask(options_.rules.signals);
    // Who is limited has to be told apart, however small it is.
    std::vector<Address> pinned = graph_signals_.accounts();
    pinned.insert(pinned.end(), options_.pinned_accounts.begin(), options_.pinned_accounts.end());
    graph_.pin(std::move(pinned));
}

std::optional<TipRow> Fold::tip() const {
    const TipRow* row = tip_.find({});
    return row == nullptr ? std::nullopt : std::optional(*row);
}

std::vector<eth::Read> Fold::plan_reads(const eth::Block& block) const {
    std::vector<eth::Read> reads = protocols_.plan_reads(block);
    for (eth::Read& read : graph_.plan_reads(block)) {
        if (std::ranges::find(reads, read) == reads.end()) {
            reads.push_back(std::move(read));
        }
    }
    return reads;
}

ledger::RowChange Fold::tip_row(const TipRow& tip) {
    return {
        .table = kTipTable,
        .key = ledger::encode(OnlyKey{}),
        .before = std::nullopt,
        .after = ledger::encode(tip)
    };
}

protocol::At Fold::at() const {
    const std::optional<TipRow> tip = this->tip();
    FAULTLINE_ASSERT(tip.has_value());
    return {.number = tip->ref.number, .timestamp = tip->timestamp};
}

void Fold::advance(const eth::Block& block, std::vector<protocol::Incident>& incidents) {
    const std::optional<TipRow> parent = tip();
    FAULTLINE_ASSERT(
        !parent ||
        (parent->ref.hash == block.header.parent && parent->ref.number + 1 == block.ref().number)
    );
    tip_.put({}, {.ref = block.ref(), .timestamp = block.header.timestamp});
    if (!block.evidence.doubt.empty()) {
        doubt_.put(
            {}, {.block = block.ref(), .why = block.evidence.doubt, .told = false, .told_at = {}}
        );
    }
    const bool missed = missed_.misses(block);
    const std::size_t before = incidents.size();
    protocols_.apply(block, incidents, missed);
    if (missed) {
        missed_.took(incidents, before);
    }
}

void Fold::absorb(const eth::Block& block, std::vector<protocol::Incident>& incidents) {
    if (!in_run_) {
        in_run_ = true;
        ledger_.begin_run();
    }
    advance(block, incidents);
    graph_.passed_over();
}

void Fold::seal_run(const ledger::RowVisitor& visit) {
    in_run_ = false;
    ledger_.seal_run(visit);
}

Outcome Fold::apply(const eth::Block& block, std::uint32_t occurrence) {
    FAULTLINE_ASSERT(!in_run_);
    Outcome outcome;
    if (block.live) {
        fork_join_->soon();
    }
    advance(block, outcome.incidents);
    if (!block.live) {
        graph_.passed_over();
    }
    evaluate(block, occurrence, outcome);
    if (block.live) {
        read_signals(block, outcome);
        // What follows writes rows of the engine's and alerts, and reads all.
        fork_join_->both(
            [&] {
                evaluate_signals(block, occurrence, outcome);
                watch(block, occurrence, outcome);
            },
            [&] { ledger_.seal_ahead(is_finished_before_rules); }
        );
    } else {
        watch(block, occurrence, outcome);
    }
    outcome.rows = ledger_.seal(*fork_join_);
    return outcome;
}

Outcome Fold::halt(const std::string& why, std::uint32_t occurrence) {
    FAULTLINE_ASSERT(!in_run_ && tip());
    const TipRow at = *tip();
    halt_.put({}, {.why = why});
    eth::Block block;
    block.header.ref = at.ref;
    block.header.timestamp = at.timestamp;
    Outcome outcome;
    observe_watch(
        rules::WatchRule::kChainHalted, 0, rules::Verdict::kBreach, block, occurrence, outcome
    );
    outcome.rows = ledger_.seal();
    return outcome;
}

Result<Outcome> Fold::revert(const UndoRecord& undo) {
    const std::optional<TipRow> at = tip();
    FAULTLINE_ASSERT(at && at->ref == undo.ref);
    const auto moves_tip = [](const ledger::RowChange& change) {
        return change.table == kTipTable;
    };
    if (std::ranges::none_of(undo.changes, moves_tip)) {
        return Error(
                   Code::kRejected,
                   "block " + undo.ref.text() +
                       ", at which the bootstrap read this chain, was replaced"
        )
            .advise("stop the daemon, run `faultline resync` and `faultline bootstrap` again");
    }
    std::vector<alerts::Transition> lost;
    lost.reserve(undo.transitions.size());
    for (const Bytes& bytes : undo.transitions) {
        FAULTLINE_TRY(alerts::Transition transition, alerts::decode_transition(bytes));
        lost.push_back(std::move(transition));
    }
    Outcome outcome;
    FAULTLINE_TRY(outcome.rows, ledger_.undo(undo.changes));
    graph_.undone(outcome.rows);
    signal_rules_.forget();
    outcome.transitions = alerts::Book::retract(lost);
    return outcome;
}

Result<void> Fold::load(ledger::TableId table, BytesView key, BytesView value) {
    return ledger_.load(table, key, value);
}

}  // namespace faultline::engine
