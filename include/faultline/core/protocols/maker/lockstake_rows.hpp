// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <compare>
#include <optional>
#include <tuple>

/// What the LockstakeEngine says of whose its urns are. Its vaults are the Vat's.
namespace faultline::maker {

using protocol::MarketId;

struct LockstakeKey {
    MarketId market = 0;
    Address owner;
    Hash32 index;  ///< Of the owner's urns, as a word: from 0.
    auto operator<=>(const LockstakeKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.owner, self.index); }
};

struct LockstakeOwnedRow {
    Address urn;

    auto fields(this auto& self) { return std::tie(self.urn); }
};

struct LockstakeUrnRow {
    Address owner;
    U256 index;
    /// As last selected; unknown before that, and once the stake was put up for auction.
    std::optional<Address> vote_delegate;
    std::optional<Address> farm;

    auto fields(this auto& self) {
        return std::tie(self.owner, self.index, self.vote_delegate, self.farm);
    }
};

}  // namespace faultline::maker
