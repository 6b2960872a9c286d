// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/markets.hpp"
#include "core/protocols/compound_v3/rows.hpp"
#include "core/protocols/compound_v3/valuation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace faultline::compound_v3 {
namespace {

class MarketHealth final : public protocol::Health {
  public:
    MarketHealth(const Tables& tables, MarketId market, protocol::At at)
        : tables_(tables),
          market_(market),
          valuation_(tables, market, at, protocol::Trust::kWithhold) {}

    [[nodiscard]] Figure<protocol::PositionHealth> of(const protocol::Holder& holder
    ) const override {
        return of_row(tables_.account(market_, holder.account));
    }

    void each_indebted(const Visit& visit) const override {
        tables_.each_account(market_, [&](const Address& account, const AccountRow& row) {
            if (row.principal.is_debt()) {
                visit({.account = account, .part = {}}, of_row(row));
            }
        });
    }

    [[nodiscard]] bool has_debt(const protocol::Holder& holder) const override {
        const AccountRow* row =
            tables_.accounts.find({.market = market_, .account = holder.account});
        return row != nullptr && row->principal.is_debt();
    }

  private:
    [[nodiscard]] Figure<protocol::PositionHealth> of_row(const AccountRow& row) const {
        return valuation_.usable().ok() ? valuation_.health(row)
                                        : withheld<protocol::PositionHealth>(valuation_.usable());
    }

    const Tables& tables_;
    MarketId market_;
    Valuation valuation_;
};

/// Adds to `broken` when `holds` is false.
class Laws {
  public:
    Laws(MarketId market, std::vector<protocol::BrokenLaw>& broken)
        : market_(market), broken_(broken) {}

    void check(
        bool holds,
        const std::string& law,
        const U256& left,
        const U256& right,
        const std::string& of
    ) {
        if (!holds) {
            broken_.push_back(
                {.market = market_,
                 .law = law,
                 .text = of + ": " + left.to_string() + " and " + right.to_string()}
            );
        }
    }

  private:
    MarketId market_;
    std::vector<protocol::BrokenLaw>& broken_;
};

void check_market(
    const Tables& tables,
    MarketId market,
    const MarketRow& row,
    std::vector<protocol::BrokenLaw>& broken
) {
    Laws laws(market, broken);
    const Totals& totals = row.totals;
    // What is still to be read is in no sum.
    laws.check(
        row.unread != 0 || row.owed == totals.borrow_principal,
        "totalBorrowBase = sum of debts",
        totals.borrow_principal,
        row.owed,
        "the base asset"
    );
    // An amount of 0 takes one off an account and leaves the total.
    laws.check(
        row.unread != 0 || row.supplied <= totals.supply_principal,
        "totalSupplyBase >= sum of supplies",
        totals.supply_principal,
        row.supplied,
        "the base asset"
    );
    for (const AssetInfo& asset : tables.configurations.find({market})->assets) {
        const TokenRow* token = tables.tokens.find({.market = market, .address = asset.asset});
        if (token == nullptr) {
            continue;
        }
        const std::string of = "collateral " + asset.asset.hex();
        laws.check(
            token->total == token->held,
            "totalsCollateral = sum of collateral",
            token->total,
            token->held,
            of
        );
        laws.check(
            token->balance_unread || token->balance >= token->total,
            "balanceOf(comet) >= totalsCollateral",
            token->balance,
            token->total,
            of
        );
    }
}

}  // namespace

std::unique_ptr<protocol::Health> Markets::health(MarketId market, protocol::At at) const {
    return std::make_unique<MarketHealth>(tables_, market, at);
}

std::vector<protocol::BrokenLaw> Markets::broken_laws() const {
    std::vector<protocol::BrokenLaw> broken;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const auto market = static_cast<MarketId>(first_market_ + i);
        const MarketRow* row = tables_.markets.find({market});
        // A market that is degraded said why; one that was never read keeps nothing yet.
        if (row != nullptr && row->degraded.empty() && row->read_at != 0 &&
            tables_.configurations.contains({market})) {
            check_market(tables_, market, *row, broken);
        }
    }
    return broken;
}

}  // namespace faultline::compound_v3
