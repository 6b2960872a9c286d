// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/snapshot.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace faultline::network {

/// The value of one token that one protocol held on one chain at one time.
struct Observation {
    SnapshotId holder;
    std::string chain;  ///< As the source has it: "Ethereum-borrowed" is a chain of its own.
    std::string token;
    SnapshotId issuer;    ///< Whom the token's issuance is mapped to.
    std::int64_t at = 0;  ///< Seconds since 1970, UTC.
    double value_usd = 0;
};

/// The weekly network of DeXposure (arXiv 2511.22314, as its published ETL computes it), one
/// snapshot per ISO week (Monday, UTC) that has observations, ascending.
///
/// - Of each (holder, chain, token) the first and last observation in the week count; of several at
///   the same second, the first respectively last given. A holder's size is the sum of the first
///   values.
/// - Change = last - first. Below 0 it flows from holder to issuer, else from issuer to holder, by
///   |change|.
/// - Flows between the same two are netted, token by token, then over tokens: at most one link per
///   unordered pair, from who loses to who gains, of |net|. Its composition is the net of each
///   token, negative where it runs against the link. Links whose net is 0 are kept; they go from
///   the lesser id to the greater (null first, then by bytes). What a protocol holds of its own
///   token is a link to itself, with the sum of |change|.
/// - Nodes are holders and issuers, ascending; who only issues has size 0.
///
/// Refused (kInvalid): a value that is not finite; a holding whose issuer changes within a week.
Result<std::vector<Snapshot>> weekly_flows(std::span<const Observation> observations);

}  // namespace faultline::network
