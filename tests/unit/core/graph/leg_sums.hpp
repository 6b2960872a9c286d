// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/core/graph/leg_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <cstdint>

/// Legs by small numbers, and what edges come to.
namespace faultline::graph {

inline LegKey key(
    std::uint16_t market, std::uint16_t holder, std::uint16_t of, protocol::LegSide side
) {
    return {
        .market = market,
        .holder = {.account = address(0x01, holder), .part = {}},
        .part = part(of),
        .side = side
    };
}

/// What edges of a kind at a market come to, everybody else's included.
inline U256 sum(const Snapshot& snapshot, EdgeKind kind, const Hash32& of) {
    U256 out;
    for (const Edge& edge : snapshot.edges) {
        if (edge.kind == kind && edge.part == of) {
            out = wrapping_add(out, edge.amount.value);
        }
    }
    return out;
}

}  // namespace faultline::graph
