// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v3_model/comet_views.hpp"

#include "property/compound_v3_model/chain.hpp"
#include "property/compound_v3_model/comet.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::compound_v3_model {
namespace {

using tests::Arguments;
using tests::call_data;
using tests::int_of;
using tests::require;
using tests::ten_to;
using tests::ViewCall;
using tests::ViewTable;
using tests::Words;

struct Seen {
    const Chain& chain;
    const Comet& comet;
};

using CometTable = ViewTable<Seen>;

template <class Member>
void add_immutable(CometTable& table, std::string_view signature, Member Configuration::* member) {
    table.add(signature, [member](const Seen& of, const Arguments&) {
        return Words{tests::as_int(of.comet.config().*member)};
    });
}

void add_immutables(CometTable& table) {
    add_immutable(table, "baseToken()", &Configuration::base_token);
    add_immutable(table, "baseTokenPriceFeed()", &Configuration::base_feed);
    add_immutable(table, "extensionDelegate()", &Configuration::extension);
    add_immutable(table, "assetList()", &Configuration::asset_list);
    add_immutable(table, "supplyKink()", &Configuration::supply_kink);
    add_immutable(table, "supplyPerSecondInterestRateSlopeLow()", &Configuration::supply_low);
    add_immutable(table, "supplyPerSecondInterestRateSlopeHigh()", &Configuration::supply_high);
    add_immutable(table, "supplyPerSecondInterestRateBase()", &Configuration::supply_base);
    add_immutable(table, "borrowKink()", &Configuration::borrow_kink);
    add_immutable(table, "borrowPerSecondInterestRateSlopeLow()", &Configuration::borrow_low);
    add_immutable(table, "borrowPerSecondInterestRateSlopeHigh()", &Configuration::borrow_high);
    add_immutable(table, "borrowPerSecondInterestRateBase()", &Configuration::borrow_base);
    add_immutable(table, "storeFrontPriceFactor()", &Configuration::store_front_factor);
    add_immutable(table, "baseScale()", &Configuration::base_scale);
    add_immutable(table, "trackingIndexScale()", &Configuration::tracking_index_scale);
    add_immutable(table, "baseTrackingSupplySpeed()", &Configuration::supply_speed);
    add_immutable(table, "baseTrackingBorrowSpeed()", &Configuration::borrow_speed);
    add_immutable(table, "baseMinForRewards()", &Configuration::min_for_rewards);
    add_immutable(table, "baseBorrowMin()", &Configuration::borrow_min);
    add_immutable(table, "targetReserves()", &Configuration::target_reserves);
    table.add("numAssets()", [](const Seen& of, const Arguments&) {
        return Words{of.comet.config().assets.size()};
    });
    table.add("decimals()", [](const Seen& of, const Arguments&) {
        return Words{of.chain.tokens.at(of.comet.config().base_token).decimals};
    });
    table.add("baseIndexScale()", [](const Seen&, const Arguments&) { return Words{ten_to(15)}; });
    table.add("factorScale()", [](const Seen&, const Arguments&) { return Words{ten_to(18)}; });
    table.add("baseAccrualScale()", [](const Seen&, const Arguments&) { return Words{ten_to(6)}; });
    table.add("priceScale()", [](const Seen&, const Arguments&) { return Words{ten_to(8)}; });
}

Words asset_info(const Seen& of, const Int& offset) {
    const auto& assets = of.comet.config().assets;
    require(offset < assets.size());
    const Asset& asset = assets.at(static_cast<std::size_t>(offset));
    return {
        offset,
        int_of(asset.asset),
        int_of(asset.feed),
        asset.scale,
        asset.borrow_factor,
        asset.liquidate_factor,
        asset.liquidation_factor,
        asset.supply_cap
    };
}

void add_market_views(CometTable& table) {
    table.add("getAssetInfo(uint8)", [](const Seen& of, const Arguments& call) {
        return asset_info(of, call.number(0));
    });
    table.add("getAssetInfoByAddress(address)", [](const Seen& of, const Arguments& call) {
        return asset_info(of, of.comet.offset_of(call.address(0)));
    });
    table.add("totalsBasic()", [](const Seen& of, const Arguments&) {
        const Totals& totals = of.comet.totals();
        return Words{
            totals.supply_index,
            totals.borrow_index,
            totals.tracking_supply_index,
            totals.tracking_borrow_index,
            totals.supply,
            totals.borrow,
            totals.last_accrual,
            totals.pause_flags
        };
    });
    table.add("totalsCollateral(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.total_collateral(call.address(0)), 0};
    });
    table.add("getUtilization()", [](const Seen& of, const Arguments&) {
        return Words{of.comet.utilization()};
    });
    table.add("getSupplyRate(uint256)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.supply_rate(call.number(0))};
    });
    table.add("getBorrowRate(uint256)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.borrow_rate(call.number(0))};
    });
    table.add("getPrice(address)", [](const Seen& of, const Arguments& call) {
        require(of.chain.feeds.contains(call.address(0)));
        return Words{Comet::price(of.chain, call.address(0))};
    });
    table.add("getReserves()", [](const Seen& of, const Arguments&) {
        return Words{of.comet.reserves(of.chain)};
    });
    table.add("getCollateralReserves(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.collateral_reserves(of.chain, call.address(0))};
    });
    table.add("quoteCollateral(address,uint256)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.quote_collateral(of.chain, call.address(0), call.number(1))};
    });
    table.add("totalSupply()", [](const Seen& of, const Arguments&) {
        return Words{of.comet.total_supply(of.chain)};
    });
    table.add("totalBorrow()", [](const Seen& of, const Arguments&) {
        return Words{of.comet.total_borrow(of.chain)};
    });
}

void add_pause_views(CometTable& table) {
    const auto flag = [&table](std::string_view signature, unsigned bit) {
        table.add(signature, [bit](const Seen& of, const Arguments&) {
            return Words{(of.comet.totals().pause_flags >> bit) % 2};
        });
    };
    flag("isSupplyPaused()", Comet::kPauseSupply);
    flag("isTransferPaused()", Comet::kPauseTransfer);
    flag("isWithdrawPaused()", Comet::kPauseWithdraw);
    flag("isAbsorbPaused()", Comet::kPauseAbsorb);
    flag("isBuyPaused()", Comet::kPauseBuy);
}

void add_account_views(CometTable& table) {
    table.add("userBasic(address)", [](const Seen& of, const Arguments& call) {
        const User& user = of.comet.user(call.address(0));
        return Words{
            user.principal,
            user.tracking_index,
            user.tracking_accrued,
            user.assets_in % 65'536,
            user.assets_in / 65'536
        };
    });
    table.add("baseTrackingAccrued(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.user(call.address(0)).tracking_accrued};
    });
    table.add("userCollateral(address,address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.collateral(call.address(0), call.address(1)), 0};
    });
    table.add("collateralBalanceOf(address,address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.collateral(call.address(0), call.address(1))};
    });
    table.add("balanceOf(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.balance_of(of.chain, call.address(0))};
    });
    table.add("borrowBalanceOf(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.borrow_balance_of(of.chain, call.address(0))};
    });
    table.add("isLiquidatable(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.is_liquidatable(of.chain, call.address(0)) ? 1 : 0};
    });
    table.add("isBorrowCollateralized(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.comet.is_borrow_collateralized(of.chain, call.address(0)) ? 1 : 0};
    });
}

const CometTable& comet_table() {
    static const CometTable table = [] {
        CometTable out;
        add_immutables(out);
        add_market_views(out);
        add_pause_views(out);
        add_account_views(out);
        return out;
    }();
    return table;
}

const CometTable& asset_list_table() {
    static const CometTable table = [] {
        CometTable out;
        out.add("getAssetInfo(uint8)", [](const Seen& of, const Arguments& call) {
            return asset_info(of, call.number(0));
        });
        out.add("numAssets()", [](const Seen& of, const Arguments&) {
            return Words{of.comet.config().assets.size()};
        });
        return out;
    }();
    return table;
}

struct TokenSeen {
    const Chain& chain;
    Address token;
};

const ViewTable<TokenSeen>& token_table() {
    static const ViewTable<TokenSeen> table = [] {
        ViewTable<TokenSeen> out;
        out.add("balanceOf(address)", [](const TokenSeen& of, const Arguments& call) {
            return Words{of.chain.balance(of.token, call.address(0))};
        });
        out.add("decimals()", [](const TokenSeen& of, const Arguments&) {
            return Words{of.chain.tokens.at(of.token).decimals};
        });
        out.add("symbol()", [](const TokenSeen& of, const Arguments&) {
            const std::string& text = of.chain.tokens.at(of.token).symbol;
            return Words{32, text.size(), int_of(tests::text_word(text))};
        });
        return out;
    }();
    return table;
}

const ViewTable<Feed>& feed_table() {
    static const ViewTable<Feed> table = [] {
        ViewTable<Feed> out;
        out.add("latestRoundData()", [](const Feed& feed, const Arguments&) {
            require(!feed.broken);
            return Words{7, feed.answer, 0, 0, 7};
        });
        out.add("latestAnswer()", [](const Feed& feed, const Arguments&) {
            require(!feed.broken);
            return Words{feed.answer};
        });
        out.add("decimals()", [](const Feed&, const Arguments&) { return Words{8}; });
        return out;
    }();
    return table;
}

}  // namespace

std::optional<eth::ReadAnswer> comet_answer(
    const Chain& chain, const Comet& comet, const eth::Read& read
) {
    const Seen seen{.chain = chain, .comet = comet};
    if (read.to == comet.self()) {
        return comet_table().answer(seen, read);
    }
    return read.to == comet.config().asset_list ? asset_list_table().answer(seen, read)
                                                : std::nullopt;
}

std::optional<eth::ReadAnswer> chain_answer(const Chain& chain, const eth::Read& read) {
    if (chain.tokens.contains(read.to)) {
        return token_table().answer({.chain = chain, .token = read.to}, read);
    }
    const auto feed = chain.feeds.find(read.to);
    return feed == chain.feeds.end() ? std::nullopt : feed_table().answer(feed->second, read);
}

namespace {

void add_account_calls(
    std::vector<ViewCall>& out,
    tests::Chance& chance,
    const Comet& comet,
    const std::vector<Address>& accounts
) {
    const Address& to = comet.self();
    for (const Address& account : accounts) {
        const Int who = int_of(account);
        ViewCall basic = tests::view(to, "userBasic(address)", {who});
        basic.untold = {1, 2};  // Reward tracking: accrueAccount() has no log.
        out.push_back(basic);
        out.push_back(tests::view(to, "balanceOf(address)", {who}));
        out.push_back(tests::view(to, "borrowBalanceOf(address)", {who}));
        out.push_back(tests::view(to, "isLiquidatable(address)", {who}));
        out.push_back(tests::view(to, "isBorrowCollateralized(address)", {who}));
        out.push_back(tests::view(to, "baseTrackingAccrued(address)", {who}, true));
        for (const Asset& asset : comet.config().assets) {
            if (chance.one_in(3)) {
                const Int which = int_of(asset.asset);
                ViewCall held = tests::view(to, "userCollateral(address,address)", {who, which});
                held.untold = {1};
                out.push_back(held);
                out.push_back(tests::view(to, "collateralBalanceOf(address,address)", {who, which})
                );
            }
        }
    }
}

}  // namespace

std::vector<ViewCall> comet_views(
    tests::Chance& chance,
    const Chain& chain,
    const Comet& comet,
    const std::vector<Address>& accounts
) {
    std::vector<ViewCall> out;
    const Address& to = comet.self();
    for (const std::string_view signature :
         {"totalsBasic()",
          "getUtilization()",
          "getReserves()",
          "totalSupply()",
          "totalBorrow()",
          "isSupplyPaused()",
          "isTransferPaused()",
          "isWithdrawPaused()",
          "isAbsorbPaused()",
          "isBuyPaused()",
          "numAssets()",
          "baseToken()",
          "baseTokenPriceFeed()",
          "baseScale()",
          "baseBorrowMin()",
          "targetReserves()",
          "baseMinForRewards()",
          "storeFrontPriceFactor()",
          "trackingIndexScale()",
          "baseTrackingSupplySpeed()",
          "baseTrackingBorrowSpeed()",
          "supplyKink()",
          "borrowKink()",
          "supplyPerSecondInterestRateBase()",
          "supplyPerSecondInterestRateSlopeLow()",
          "supplyPerSecondInterestRateSlopeHigh()",
          "borrowPerSecondInterestRateBase()",
          "borrowPerSecondInterestRateSlopeLow()",
          "borrowPerSecondInterestRateSlopeHigh()"}) {
        out.push_back(tests::view(to, signature));
    }
    out.push_back(tests::view(to, "extensionDelegate()", {}, true));
    out.push_back(tests::view(to, "assetList()", {}, true));
    const Int used = chance.below(ten_to(18) * 3 / 2);
    out.push_back(tests::view(to, "getSupplyRate(uint256)", {used}, true));
    out.push_back(tests::view(to, "getBorrowRate(uint256)", {used}, true));
    out.push_back(tests::view(to, "getPrice(address)", {int_of(comet.config().base_feed)}));
    for (std::size_t i = 0; i < comet.config().assets.size(); ++i) {
        const Asset& asset = comet.config().assets[i];
        const Int which = int_of(asset.asset);
        out.push_back(tests::view(to, "getAssetInfo(uint8)", {i}));
        out.push_back(tests::view(to, "getAssetInfoByAddress(address)", {which}, true));
        ViewCall totals = tests::view(to, "totalsCollateral(address)", {which});
        totals.untold = {1};
        out.push_back(totals);
        out.push_back(tests::view(to, "getCollateralReserves(address)", {which}));
        out.push_back(tests::view(to, "getPrice(address)", {int_of(asset.feed)}));
        out.push_back(
            tests::view(to, "quoteCollateral(address,uint256)", {which, chance.up_to_digits(20)})
        );
    }
    static_cast<void>(chain);
    add_account_calls(out, chance, comet, accounts);
    return out;
}

}  // namespace faultline::compound_v3_model
