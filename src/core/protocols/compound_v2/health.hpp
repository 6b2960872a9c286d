// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

namespace faultline::compound_v2 {

/// Healths by stored values, as the Comptroller takes them: below 1e18 exactly where
/// getAccountLiquidity tells a shortfall. A price of 0 is an error here as it is there. Debts to a
/// deprecated cToken can be liquidated at any health; the sheets say so.
class AccountHealth final : public protocol::Health {
  public:
    AccountHealth(const Tables& tables, MarketId market, protocol::At at)
        : tables_(tables),
          market_(market),
          valuation_(tables, market, at, protocol::Trust::kWithhold) {}

    [[nodiscard]] Figure<protocol::PositionHealth> of(const protocol::Holder& holder
    ) const override {
        return valuation_.health(holder.account);
    }

    void each_indebted(const Visit& visit) const override;

    [[nodiscard]] bool has_debt(const protocol::Holder& holder) const override {
        return valuation_.has_debt(holder.account);
    }

  private:
    const Tables& tables_;
    MarketId market_;
    Valuation valuation_;
};

}  // namespace faultline::compound_v2
