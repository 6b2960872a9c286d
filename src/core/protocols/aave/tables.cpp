// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

namespace faultline {

template class ledger::Table<aave::MarketKey, aave::MarketRow>;
template class ledger::Table<aave::ReserveKey, aave::ReserveRow>;
template class ledger::Table<aave::ContractKey, aave::ContractRow>;
template class ledger::Table<aave::EModeKey, aave::EModeRow>;
template class ledger::Table<aave::UserKey, aave::UserRow, aave::UserRows>;
template class ledger::Table<aave::PositionKey, aave::PositionRow, aave::PositionRows>;
template class ledger::Table<aave::ReserveKey, aave::PriceRow>;
template class ledger::Table<aave::PositionKey, aave::StablePositionRow>;
template class ledger::Table<aave::EModeKey, aave::PriceRow>;
template class ledger::Table<aave::ReserveKey, aave::FeedRow>;

}  // namespace faultline
