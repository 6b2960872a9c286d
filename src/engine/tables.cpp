// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/ledger/table.hpp>
#include <faultline/engine/activity_log.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/graph_signals.hpp>
#include <faultline/engine/market_signals.hpp>
#include <faultline/engine/missed_activity.hpp>
#include <faultline/engine/movers.hpp>
#include <faultline/engine/rule_turns.hpp>

namespace faultline {

template class ledger::Table<Hash32, engine::RuleTurnRow>;
template class ledger::Table<engine::PriceKey, engine::PriceRow>;
template class ledger::Table<engine::MissedActivity::OnlyKey, engine::FollowedRow>;
template class ledger::Table<engine::ActivityKey, engine::MissedRow>;
template class ledger::Table<engine::MoverKey, engine::MoverRow>;
template class ledger::Table<Hash32, engine::GraphSignalRow>;
template class ledger::Table<engine::GraphSignals::MarkKey, engine::GraphSignals::MarkRow>;
template class ledger::Table<engine::ActivityKey, engine::ActivityRow>;
template class ledger::Table<engine::Fold::OnlyKey, engine::TipRow>;
template class ledger::Table<engine::Fold::OnlyKey, engine::DoubtRow>;
template class ledger::Table<engine::Fold::OnlyKey, engine::HaltRow>;
template class ledger::Table<protocol::Subject, engine::AuditRow>;
template class ledger::Table<Hash32, engine::NewsRow>;
template class ledger::Table<protocol::MarketId, engine::DroppedNewsRow>;
template class ledger::Table<Hash32, engine::StandingRow>;
template class ledger::Table<Hash32, engine::ToldStandingRow>;
template class ledger::Table<protocol::MarketId, engine::UnvaluedRow>;

}  // namespace faultline
