// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

namespace faultline {

template class ledger::Table<maker::MarketKey, maker::MarketRow>;
template class ledger::Table<maker::MarketKey, maker::SystemRow>;
template class ledger::Table<maker::IlkKey, maker::IlkRow>;
template class ledger::Table<maker::UrnKey, maker::UrnRow>;
template class ledger::Table<maker::AccountKey, maker::AccountRow>;
template class ledger::Table<maker::AccountKey, maker::SinRow>;
template class ledger::Table<maker::MarketKey, maker::PotRow>;
template class ledger::Table<maker::MarketKey, maker::VowRow>;
template class ledger::Table<maker::EraKey, maker::EraRow>;
template class ledger::Table<maker::ContractKey, maker::ClipRow>;
template class ledger::Table<maker::SaleKey, maker::SaleRow>;
template class ledger::Table<maker::ContractKey, maker::CalcRow>;
template class ledger::Table<maker::ContractKey, maker::PipRow>;
template class ledger::Table<maker::ContractKey, maker::PsmRow>;
template class ledger::Table<maker::ContractKey, maker::TokenRow>;
template class ledger::Table<maker::BalanceKey, maker::BalanceRow>;
template class ledger::Table<maker::ContractKey, maker::SavingsRow>;
template class ledger::Table<maker::MarketKey, maker::BeginRow>;
template class ledger::Table<maker::ContractKey, maker::ConversionsRow>;
template class ledger::Table<maker::AccountKey, maker::LockstakeUrnRow>;
template class ledger::Table<maker::LockstakeKey, maker::LockstakeOwnedRow>;
template class ledger::Table<maker::ContractKey, maker::EsmRow>;
template class ledger::Table<maker::ContractKey, maker::SupplyDoubtRow>;
template class ledger::Table<maker::ContractKey, maker::JoinRow>;
template class ledger::Table<maker::IlkKey, maker::CollateralRow>;
template class ledger::Table<maker::MarketKey, maker::CollateralSinceRow>;
template class ledger::Table<maker::IlkKey, maker::CollateralDoubtRow>;

}  // namespace faultline
