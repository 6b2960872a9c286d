// SPDX-License-Identifier: Apache-2.0
// The part of the fold that alerts about positions that nobody can judge.
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/watch_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::engine {
namespace {

using rules::Verdict;
using rules::WatchRule;

std::string counted(const UnvaluedRow& row) {
    return std::to_string(row.unvalued) + " of " + std::to_string(row.of) + " positions";
}

}  // namespace

// Without rules nobody needs the figures, so they are not paid for at each block.
bool Fold::surveys() const {
    return at().number % rules::kUnvaluedBlocks == 0;
}

std::uint64_t Fold::unvalued(protocol::MarketId market) const {
    const UnvaluedRow* row = unvalued_.find(market);
    return row == nullptr ? 0 : row->unvalued;
}

std::uint32_t Fold::unvalued_blocks() const {
    // Two surveys are kUnvaluedBlocks apart.
    return options_.rules.health.empty() && !reads_health() ? 2 : rules::kUnvaluedBlocks;
}

UnvaluedRow Fold::unvalued_row(protocol::MarketId market, const MarketValued& valued) const {
    const protocol::Protocol& protocol = protocols_.of(market);
    const Figure<bool> usable = protocol.usable(market);
    UnvaluedRow row;
    row.unvalued = valued.unvalued;
    row.of = valued.indebted;
    row.reason = valued.reason;
    if (!usable.ok() && valued.indebted == 0) {
        row.of = protocol.holders(market);  // What was never read may be debt.
        row.unvalued = row.of;
        row.reason = std::string(figure_status_name(usable.status)) + ": " + usable.reason;
    }
    const UnvaluedRow* found = unvalued_.find(market);
    const UnvaluedRow before = found == nullptr ? UnvaluedRow{} : *found;
    // While a market lacks figures as a whole, market_degraded tells, and nothing is counted.
    const std::uint32_t one = lacks_figures(market) ? 0 : 1;
    row.some_blocks = std::min(before.some_blocks + one, unvalued_blocks());
    row.half_blocks = row.is_half() ? std::min(before.half_blocks + one, unvalued_blocks()) : 0;
    return row;
}

void Fold::watch_unvalued(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    for (std::size_t i = 0; i < outcome.evaluated.markets.size(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const UnvaluedRow row = unvalued_row(market, outcome.evaluated.markets[i]);
        const UnvaluedRow* before = unvalued_.find(market);
        if (row.unvalued == 0 && before != nullptr) {
            unvalued_.erase(market);
        } else if (row.unvalued != 0 && (before == nullptr || *before != row)) {
            unvalued_.put(market, row);
        }
        observe_unvalued(market, row, block, occurrence, outcome);
    }
}

// There are two alerts for each market. A few positions can be without figures for good, say of an
// asset whose oracle is gone; those must not hide that all others are, too.
void Fold::observe_unvalued(
    protocol::MarketId market,
    const UnvaluedRow& row,
    const eth::Block& block,
    std::uint32_t occurrence,
    Outcome& outcome
) {
    const auto verdict = [&](bool holds, std::uint32_t blocks) {
        if (!holds) {
            return Verdict::kClear;
        }
        const bool early_or_told = blocks < unvalued_blocks() || lacks_figures(market);
        return early_or_told ? Verdict::kHold : Verdict::kBreach;
    };
    const bool some = row.unvalued != 0;
    Watched watched{
        .rule = WatchRule::kPositionsUnvalued,
        .key = watch_key(WatchRule::kPositionsUnvalued, market),
        .verdict = verdict(some, row.some_blocks),
        .figures =
            {{"positions", std::to_string(row.of)},
             {"positions_unvalued", std::to_string(row.unvalued)}},
        .severity = rules::severity_of(WatchRule::kPositionsUnvalued)
    };
    observe_watch(watched, block, occurrence, outcome);
    watched.key.part.bytes[0] = 1;
    watched.verdict = verdict(some && row.is_half(), row.half_blocks);
    watched.severity = rules::Severity::kCritical;
    observe_watch(watched, block, occurrence, outcome);
}

std::string Fold::describe_unvalued(const alerts::AlertKey& key) const {
    const UnvaluedRow* row = unvalued_.find(key.market);
    const std::string in_market = " of market " + protocols_.label(key.market).name;
    if (row == nullptr) {
        return "all positions" + in_market + " can be valued";
    }
    if (!key.part.is_zero() && !row->is_half()) {
        return "most positions" + in_market + " can be valued; not " + counted(*row);
    }
    return counted(*row) + in_market +
           " cannot be valued, so no rule judges them; the first reason is " + row->reason +
           ". If reads fail, see the endpoints in /v1/status";
}

}  // namespace faultline::engine
