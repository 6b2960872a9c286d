// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <optional>
#include <vector>

namespace faultline::compound_v2 {

/// Answers the views of one market's Comptroller, cTokens and oracle.
class MarketViews {
  public:
    MarketViews(
        const Tables& tables,
        MarketId market,
        const Address& comptroller,
        protocol::At at,
        protocol::Trust trust
    );

    /// nullopt when the call is to no contract of this market.
    [[nodiscard]] std::optional<Figure<protocol::ViewFigure>> answer(const eth::Read& read) const;

  private:
    using Answer = Figure<protocol::ViewFigure>;

    /// A view and its argument, zero where it has none.
    struct Call {
        View view = View::kNone;
        BytesView data;
        Address argument;
    };

    [[nodiscard]] Answer of_comptroller(const Call& call, const MarketRow& market) const;
    [[nodiscard]] Answer of_listed(const Call& call) const;
    [[nodiscard]] Figure<bool> readable(const Address& ctoken) const;
    [[nodiscard]] Answer assets_in(const Address& account) const;
    [[nodiscard]] Answer liquidity(const Address& account) const;
    [[nodiscard]] Answer of_ctoken(const Call& call, const Address& ctoken) const;
    [[nodiscard]] Answer of_account(const Call& call, const Address& ctoken) const;
    [[nodiscard]] Answer of_rates(const Call& call, const Address& ctoken) const;
    [[nodiscard]] Answer snapshot(const Address& ctoken, const Address& account) const;

    const Tables& tables_;
    MarketId market_;
    Address comptroller_;
    Valuation stored_;
    Valuation accrued_;
};

/// The views of all markets.
class Views final : public protocol::Views {
  public:
    explicit Views(std::vector<MarketViews> markets);

    [[nodiscard]] std::optional<Figure<protocol::ViewFigure>> answer(const eth::Read& read
    ) const override;

  private:
    std::vector<MarketViews> markets_;
};

}  // namespace faultline::compound_v2
