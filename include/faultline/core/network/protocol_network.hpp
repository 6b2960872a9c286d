// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/weekly_flow.hpp>

#include <cstdint>
#include <vector>

namespace faultline::network {

/// Who holds whose tokens, by protocol: what DeXposure (arXiv 2511.22314, section 3) calls the
/// value-linked exposure network, but of what is held at a block rather than of what moved in a
/// week.
///
/// Nodes are protocols, with all that their markets hold (liquidity and debts, by token), and
/// issuers of that, with size 0 where they are no protocol here. A link goes from who holds to
/// whoever issued; its size is the usd of those tokens. A token without issuer is a node by its own
/// name. Edges without a value are in no figure. For metrics: floating point, not to be held to the
/// chain.
Snapshot protocol_network(const graph::Snapshot& labelled);

/// The same holdings as observations at a moment, for flows.
std::vector<Observation> holdings(const graph::Snapshot& labelled, std::int64_t at);

/// What moved between two graphs of one chain, by the rules of weekly_flows(): `before` counts as
/// the beginning of the ISO week of `after`, whenever it was. Errors: those of weekly_flows().
Result<Snapshot> flows_between(const graph::Snapshot& before, const graph::Snapshot& after);

}  // namespace faultline::network
