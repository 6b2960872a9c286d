// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/valuation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::compound_v3 {

/// Answers view calls of one market's Comet.
class MarketViews {
  public:
    /// The tables outlive it.
    MarketViews(const Tables& tables, MarketId market, protocol::At at, protocol::Trust trust)
        : tables_(tables), market_(market), valuation_(tables, market, at, trust) {}

    /// @pre the call is to the market's Comet
    [[nodiscard]] Figure<protocol::ViewFigure> answer(const eth::Read& read) const;

  private:
    struct Call {
        View view = View::kTotalsBasic;
        BytesView data;

        [[nodiscard]] U256 number(std::size_t place) const { return argument(data, place); }

        [[nodiscard]] Address address(std::size_t place) const {
            return address_of(argument(data, place));
        }
    };

    using Answer = Figure<protocol::ViewFigure>;

    [[nodiscard]] Answer of_account(const Call& call) const;
    [[nodiscard]] Answer of_balance(const Call& call, const AccountRow& account) const;
    [[nodiscard]] Answer user_basic(const AccountRow& account) const;
    [[nodiscard]] Answer of_collateral(const Call& call) const;
    [[nodiscard]] Answer of_totals(const Call& call) const;
    [[nodiscard]] Answer of_configuration(const Call& call) const;
    [[nodiscard]] Answer asset_info(std::size_t offset) const;

    const Tables& tables_;
    MarketId market_;
    Valuation valuation_;
};

/// Views of several markets.
class Views final : public protocol::Views {
  public:
    /// Tables and configurations outlive it.
    Views(
        const Tables& tables,
        const std::vector<MarketConfig>& configs,
        MarketId first_market,
        protocol::At at,
        protocol::Trust trust
    );

    [[nodiscard]] std::optional<Figure<protocol::ViewFigure>> answer(const eth::Read& read
    ) const override;

  private:
    const std::vector<MarketConfig>& configs_;
    std::vector<MarketViews> markets_;
};

}  // namespace faultline::compound_v3
