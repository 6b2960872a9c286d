// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/core/ledger/table.hpp>

namespace faultline {

template class ledger::Table<compound_v3::MarketKey, compound_v3::MarketRow>;
template class ledger::Table<compound_v3::MarketKey, compound_v3::Configuration>;
template class ledger::Table<compound_v3::ContractKey, compound_v3::TokenRow>;
template class ledger::Table<compound_v3::ContractKey, compound_v3::PriceRow>;
template class ledger::Table<compound_v3::AccountKey, compound_v3::AccountRow>;

}  // namespace faultline
