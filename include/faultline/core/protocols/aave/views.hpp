// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave {

using protocol::ViewFigure;

/// Answers view calls of one market's pool, tokens and oracle from the rows, as the contracts would
/// at the end of that block. Makes the same promise as Valuation: exact or withheld.
class Views {
  public:
    /// The tables outlive it. Reads them as they are; make a new one after they change.
    Views(
        const Tables& tables,
        const MarketConfig& config,
        MarketId market,
        const eth::Header& at,
        Trust trust = Trust::kWithhold
    );

    /// nullopt when the call is to no contract of this market. Otherwise the figure, or why there
    /// is none: kNoData for a view that the rows do not tell, else as Valuation.
    [[nodiscard]] std::optional<Figure<ViewFigure>> answer(const eth::Read& read) const;

  private:
    struct Call;
    [[nodiscard]] Figure<ViewFigure> of_pool(const Call& call) const;
    [[nodiscard]] Figure<ViewFigure> of_market(const Call& call) const;
    [[nodiscard]] Figure<ViewFigure> of_reserve(const Call& call) const;
    [[nodiscard]] Figure<ViewFigure> of_listed(
        const Call& call, ReserveId id, const ReserveRow& reserve
    ) const;
    [[nodiscard]] Figure<ViewFigure> of_emode(const Call& call) const;
    [[nodiscard]] Figure<ViewFigure> of_token(const Call& call, const ContractRow& token) const;
    [[nodiscard]] Figure<ViewFigure> of_stable_debt(
        const Call& call, ReserveId id, const ReserveRow& reserve
    ) const;
    [[nodiscard]] Figure<ViewFigure> prices(const eth::Read& read) const;
    [[nodiscard]] std::optional<U256> balance(
        const ContractRow& token, const ReserveRow& reserve, const U256& scaled
    ) const;
    [[nodiscard]] U256 stable_token_word(const ReserveRow& reserve) const;
    [[nodiscard]] bool is_unfollowed(ReserveId id) const;
    [[nodiscard]] UserRow user(const Address& account) const;

    const Tables& tables_;
    const MarketConfig& config_;
    MarketId market_;
    UnixSeconds time_;
    const Rules& rules_;
    Valuation valuation_;
};

/// Pool.getUserAccountData(account).
eth::Read account_data_read(const Address& pool, const Address& account);

/// "getAssetsPrices(address[])" for what a market reads or Views answers; the selector in hex for
/// any other call.
std::string call_name(BytesView call_data);

}  // namespace faultline::aave
