// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/table.hpp>

namespace faultline {

template class ledger::Table<graph::OnlyKey, graph::GraphRow>;
template class ledger::Table<graph::EdgeKey, graph::EdgeRow>;
template class ledger::Table<graph::PartKey, graph::PartRow>;
template class ledger::Table<graph::PartKey, graph::WorthRow>;
template class ledger::Table<graph::TokenKey, graph::TokenRow>;
template class ledger::Table<graph::OnlyKey, graph::PinnedRow>;
template class ledger::Table<graph::GovernorKey, graph::GovernorRow>;
template class ledger::Table<graph::TokenKey, graph::ClaimRow>;
template class ledger::Table<graph::TokenKey, graph::WrappedRow>;

}  // namespace faultline
