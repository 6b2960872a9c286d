// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>
#include <span>

namespace faultline::maker {

using protocol::ViewFigure;

/// A call to one of a market's contracts.
struct ViewQuestion {
    const Tables& tables;
    MarketId market;
    const MarketConfig& config;
    protocol::At at;
    Address contract;
    View view;
    std::span<const U256> arguments;
};

Figure<ViewFigure> of_word(const U256& word);
Figure<ViewFigure> of_word(const Figure<U256>& word);
/// The rows do not tell it.
Figure<ViewFigure> untold(std::string reason);

/// What they answer; kNoData for a view that the rows do not tell.
Figure<ViewFigure> vat_view(const ViewQuestion& question);
Figure<ViewFigure> jug_view(const ViewQuestion& question);
Figure<ViewFigure> spotter_view(const ViewQuestion& question);
Figure<ViewFigure> dog_view(const ViewQuestion& question);
Figure<ViewFigure> pot_view(const ViewQuestion& question);
Figure<ViewFigure> vow_view(const ViewQuestion& question);
Figure<ViewFigure> clip_view(const ViewQuestion& question);
Figure<ViewFigure> calc_view(const ViewQuestion& question);
Figure<ViewFigure> psm_view(const ViewQuestion& question);
Figure<ViewFigure> token_view(const ViewQuestion& question);
Figure<ViewFigure> savings_view(const ViewQuestion& question);
Figure<ViewFigure> pip_view(const ViewQuestion& question);

/// As any market's call is answered.
std::optional<Figure<ViewFigure>> answer_of(
    const Tables& tables,
    MarketId market,
    const MarketConfig& config,
    protocol::At at,
    const eth::Read& read
);

/// Why Vat.dai and Vat.sin of an address are unknown; empty when they are known.
std::string why_unsure(const Tables& tables, MarketId market, const Address& account);

/// Clipper.getStatus of a running auction.
struct SaleStatus {
    bool needs_redo = false;
    U256 price_ray;
};

Figure<SaleStatus> sale_status(
    const Tables& tables, const SaleKey& key, const SaleRow& sale, UnixSeconds now
);

/// Clipper.chost where it is known at that block.
Figure<U256> chost_at(const ClipRow& clip, protocol::At at);

/// Vow.Sin and Vow.Ash where they are known at that block.
Figure<U256> vow_sin_at(const VowRow& vow, protocol::At at);
Figure<U256> vow_ash_at(const VowRow& vow, protocol::At at);

/// The supply of Dai or USDS where it is known.
Figure<U256> token_supply(const Tables& tables, const ContractKey& token);

/// chi of savings at that time.
Figure<U256> savings_chi(const SavingsRow& row, UnixSeconds now);

}  // namespace faultline::maker
