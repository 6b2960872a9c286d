// SPDX-License-Identifier: Apache-2.0
// The views that are held against ours.
#include "property/compound_v2_model/contract_views.hpp"
#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::compound_v2_model {
namespace {

using tests::int_of;
using tests::view;
using tests::ViewCall;

/// No log has the rate that counts while there is no supply.
bool is_rate_untold(const CToken& token) {
    return token.total_supply == 0;
}

ViewCall of_rate(ViewCall call, bool untold) {
    call.late = untold;
    return call;
}

void add_token_calls(std::vector<ViewCall>& out, const Contracts& contracts, const CToken& token) {
    for (const std::string_view signature :
         {"borrowIndex()",
          "totalBorrows()",
          "totalReserves()",
          "totalSupply()",
          "accrualBlockNumber()",
          "reserveFactorMantissa()",
          "getCash()",
          "interestRateModel()"}) {
        out.push_back(view(token.self, signature));
    }
    out.push_back(of_rate(view(token.self, "exchangeRateStored()"), is_rate_untold(token)));
    for (const std::string_view signature :
         {"underlying()",
          "implementation()",
          "comptroller()",
          "borrowRatePerBlock()",
          "supplyRatePerBlock()",
          "totalBorrowsCurrent()",
          "exchangeRateCurrent()"}) {
        ViewCall call = view(token.self, signature, {}, true);
        // The rate is another by the kind of model.
        constexpr std::array<const char*, 3> kKinds{" (line)", " (jump)", " (jump factor)"};
        call.label += kKinds.at(static_cast<std::size_t>(contracts.models().at(token.model).kind));
        out.push_back(std::move(call));
    }
    const Address& comptroller = contracts.comptroller();
    const Int which = int_of(token.self);
    ViewCall market = view(comptroller, "markets(address)", {which});
    market.untold = {2};
    out.push_back(market);
    out.push_back(view(comptroller, "isDeprecated(address)", {which}));
    out.push_back(view(comptroller, "mintGuardianPaused(address)", {which}));
    out.push_back(view(comptroller, "borrowGuardianPaused(address)", {which}));
    out.push_back(view(comptroller, "borrowCaps(address)", {which}));
    out.push_back(view(contracts.oracle(), "getUnderlyingPrice(address)", {which}, true));
}

void add_account_calls(
    std::vector<ViewCall>& out,
    tests::Chance& chance,
    const Contracts& contracts,
    const Address& account
) {
    const Address& comptroller = contracts.comptroller();
    const Int who = int_of(account);
    out.push_back(view(comptroller, "getAssetsIn(address)", {who}));
    const bool untold = std::ranges::any_of(contracts.assets_in(account), [&](Place at) {
        return is_rate_untold(contracts.tokens()[at]);
    });
    out.push_back(of_rate(view(comptroller, "getAccountLiquidity(address)", {who}), untold));
    for (const Place at : contracts.listed()) {
        const CToken& token = contracts.tokens()[at];
        out.push_back(
            of_rate(view(token.self, "getAccountSnapshot(address)", {who}), is_rate_untold(token))
        );
        if (chance.one_in(3)) {
            out.push_back(view(token.self, "balanceOf(address)", {who}));
            out.push_back(view(token.self, "borrowBalanceStored(address)", {who}));
            out.push_back(view(token.self, "borrowBalanceCurrent(address)", {who}, true));
            out.push_back(view(token.self, "balanceOfUnderlying(address)", {who}, true));
            out.push_back(view(
                comptroller, "checkMembership(address,address)", {who, int_of(token.self)}, true
            ));
        }
    }
}

}  // namespace

std::vector<ViewCall> contract_views(
    tests::Chance& chance, const Contracts& contracts, const std::vector<Address>& accounts
) {
    std::vector<ViewCall> out;
    for (const std::string_view signature :
         {"oracle()",
          "closeFactorMantissa()",
          "liquidationIncentiveMantissa()",
          "transferGuardianPaused()",
          "seizeGuardianPaused()",
          "getAllMarkets()"}) {
        out.push_back(view(contracts.comptroller(), signature));
    }
    for (const Place at : contracts.listed()) {
        add_token_calls(out, contracts, contracts.tokens()[at]);
    }
    for (const Address& account : accounts) {
        add_account_calls(out, chance, contracts, account);
    }
    return out;
}

}  // namespace faultline::compound_v2_model
