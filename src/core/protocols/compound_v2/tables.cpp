// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

namespace faultline {

template class ledger::Table<compound_v2::MarketKey, compound_v2::MarketRow>;
template class ledger::Table<compound_v2::CTokenKey, compound_v2::CTokenRow>;
template class ledger::Table<compound_v2::AccountKey, compound_v2::AccountRow>;
template class ledger::Table<compound_v2::PositionKey, compound_v2::PositionRow>;
template class ledger::Table<compound_v2::PositionKey, compound_v2::UnsettledRow>;
template class ledger::Table<compound_v2::ContractKey, compound_v2::ModelRow>;
template class ledger::Table<compound_v2::MarketKey, compound_v2::UnnamedRow>;
template class ledger::Table<compound_v2::UnderlyingKey, compound_v2::UnderlyingRow>;
template class ledger::Table<compound_v2::CTokenKey, compound_v2::CapRow>;
template class ledger::Table<compound_v2::CTokenKey, compound_v2::PriceRow>;

}  // namespace faultline
