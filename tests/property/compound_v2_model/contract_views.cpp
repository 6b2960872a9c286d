// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v2_model/contract_views.hpp"

#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::compound_v2_model {
namespace {

using tests::Arguments;
using tests::as_int;
using tests::int_of;
using tests::require;
using tests::ten_to;
using tests::ViewTable;
using tests::Words;

/// A cToken, or the Comptroller.
struct Seen {
    const Contracts& contracts;
    const CToken& token;
};

using TokenTable = ViewTable<Seen>;
using ComptrollerTable = ViewTable<Contracts>;

Int tokens_of(const CToken& token, const Address& account) {
    const auto at = token.tokens.find(account);
    return at == token.tokens.end() ? Int(0) : at->second;
}

template <class Member>
void add_stored(TokenTable& table, std::string_view signature, Member CToken::* member) {
    table.add(signature, [member](const Seen& of, const Arguments&) {
        return Words{as_int(of.token.*member)};
    });
}

void add_stored_views(TokenTable& table) {
    add_stored(table, "borrowIndex()", &CToken::borrow_index);
    add_stored(table, "totalBorrows()", &CToken::total_borrows);
    add_stored(table, "totalReserves()", &CToken::total_reserves);
    add_stored(table, "totalSupply()", &CToken::total_supply);
    add_stored(table, "accrualBlockNumber()", &CToken::accrual_block);
    add_stored(table, "reserveFactorMantissa()", &CToken::reserve_factor);
    add_stored(table, "getCash()", &CToken::cash);
    add_stored(table, "interestRateModel()", &CToken::model);
    table.add("underlying()", [](const Seen& of, const Arguments&) {
        require(!of.token.underlying.is_zero());
        return Words{int_of(of.token.underlying)};
    });
    table.add("implementation()", [](const Seen& of, const Arguments&) {
        require(of.token.generation != Generation::kFirst);
        return Words{int_of(of.token.implementation)};
    });
    table.add("protocolSeizeShareMantissa()", [](const Seen& of, const Arguments&) {
        require(of.token.generation == Generation::kNewest);
        return Words{28 * ten_to(15)};
    });
    table.add("comptroller()", [](const Seen& of, const Arguments&) {
        return Words{int_of(of.contracts.comptroller())};
    });
    table.add("decimals()", [](const Seen&, const Arguments&) { return Words{8}; });
    table.add("isCToken()", [](const Seen&, const Arguments&) { return Words{1}; });
    table.add("symbol()", [](const Seen&, const Arguments&) {
        return Words{32, 2, int_of(tests::text_word("cT"))};
    });
    table.add("exchangeRateStored()", [](const Seen& of, const Arguments&) {
        return Words{of.contracts.exchange_rate(of.token)};
    });
    table.add("balanceOf(address)", [](const Seen& of, const Arguments& call) {
        return Words{tokens_of(of.token, call.address(0))};
    });
    table.add("borrowBalanceStored(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.contracts.borrow_balance(of.token, call.address(0))};
    });
    table.add("getAccountSnapshot(address)", [](const Seen& of, const Arguments& call) {
        return Words{
            0,
            tokens_of(of.token, call.address(0)),
            of.contracts.borrow_balance(of.token, call.address(0)),
            of.contracts.exchange_rate(of.token)
        };
    });
}

void add_current_views(TokenTable& table) {
    table.add("borrowRatePerBlock()", [](const Seen& of, const Arguments&) {
        return Words{of.contracts.borrow_rate(of.token)};
    });
    table.add("supplyRatePerBlock()", [](const Seen& of, const Arguments&) {
        return Words{of.contracts.supply_rate(of.token)};
    });
    table.add("totalBorrowsCurrent()", [](const Seen& of, const Arguments&) {
        return Words{of.contracts.accrued(of.token).total_borrows};
    });
    table.add("exchangeRateCurrent()", [](const Seen& of, const Arguments&) {
        return Words{of.contracts.exchange_rate(of.contracts.accrued(of.token))};
    });
    table.add("borrowBalanceCurrent(address)", [](const Seen& of, const Arguments& call) {
        return Words{of.contracts.borrow_balance(of.contracts.accrued(of.token), call.address(0))};
    });
    table.add("balanceOfUnderlying(address)", [](const Seen& of, const Arguments& call) {
        const Int rate = of.contracts.exchange_rate(of.contracts.accrued(of.token));
        return Words{rate * tokens_of(of.token, call.address(0)) / ten_to(18)};
    });
}

const TokenTable& token_table() {
    static const TokenTable table = [] {
        TokenTable out;
        add_stored_views(out);
        add_current_views(out);
        return out;
    }();
    return table;
}

const CToken& named(const Contracts& of, const Address& address) {
    for (const CToken& token : of.tokens()) {
        if (token.self == address) {
            return token;
        }
    }
    static const CToken unknown;
    return unknown;
}

Words list_of(const Contracts& of, const std::vector<Place>& places) {
    Words out{32, places.size()};
    for (const Place at : places) {
        out.push_back(int_of(of.tokens()[at].self));
    }
    return out;
}

Words words_of(const Liquidity& liquidity) {
    return {liquidity.error, liquidity.liquidity, liquidity.shortfall};
}

void add_comptroller_settings(ComptrollerTable& table) {
    table.add("oracle()", [](const Contracts& of, const Arguments&) {
        return Words{int_of(of.oracle())};
    });
    table.add("closeFactorMantissa()", [](const Contracts& of, const Arguments&) {
        return Words{of.close_factor()};
    });
    table.add("liquidationIncentiveMantissa()", [](const Contracts& of, const Arguments&) {
        return Words{of.incentive()};
    });
    table.add("transferGuardianPaused()", [](const Contracts& of, const Arguments&) {
        return Words{of.transfer_paused() ? 1 : 0};
    });
    table.add("seizeGuardianPaused()", [](const Contracts& of, const Arguments&) {
        return Words{of.seize_paused() ? 1 : 0};
    });
    table.add("mintGuardianPaused(address)", [](const Contracts& of, const Arguments& call) {
        return Words{named(of, call.address(0)).mint_paused ? 1 : 0};
    });
    table.add("borrowGuardianPaused(address)", [](const Contracts& of, const Arguments& call) {
        return Words{named(of, call.address(0)).borrow_paused ? 1 : 0};
    });
    table.add("borrowCaps(address)", [](const Contracts& of, const Arguments& call) {
        return Words{named(of, call.address(0)).borrow_cap};
    });
    table.add("markets(address)", [](const Contracts& of, const Arguments& call) {
        const CToken& token = named(of, call.address(0));
        return Words{token.listed ? 1 : 0, token.collateral_factor, 0};
    });
    table.add("getAllMarkets()", [](const Contracts& of, const Arguments&) {
        return list_of(of, of.listed());
    });
    table.add("comptrollerImplementation()", [](const Contracts&, const Arguments&) {
        return Words{int_of(tests::address_of("comptroller implementation"))};
    });
}

const ComptrollerTable& comptroller_table() {
    static const ComptrollerTable table = [] {
        ComptrollerTable out;
        add_comptroller_settings(out);
        out.add("isDeprecated(address)", [](const Contracts& of, const Arguments& call) {
            return Words{of.is_deprecated(named(of, call.address(0))) ? 1 : 0};
        });
        out.add("getAssetsIn(address)", [](const Contracts& of, const Arguments& call) {
            return list_of(of, of.assets_in(call.address(0)));
        });
        out.add("checkMembership(address,address)", [](const Contracts& of, const Arguments& call) {
            for (Place at = 0; at < of.tokens().size(); ++at) {
                if (of.tokens()[at].self == call.address(1)) {
                    return Words{of.is_member(at, call.address(0)) ? 1 : 0};
                }
            }
            return Words{0};
        });
        out.add("getAccountLiquidity(address)", [](const Contracts& of, const Arguments& call) {
            return words_of(of.liquidity(call.address(0)));
        });
        return out;
    }();
    return table;
}

struct ModelSeen {
    const Contracts& contracts;
    const RateModel& model;
};

void add_model_parameters(ViewTable<ModelSeen>& table) {
    table.add("isInterestRateModel()", [](const ModelSeen&, const Arguments&) { return Words{1}; });
    table.add("baseRatePerBlock()", [](const ModelSeen& of, const Arguments&) {
        return Words{of.model.base};
    });
    table.add("multiplierPerBlock()", [](const ModelSeen& of, const Arguments&) {
        return Words{of.model.multiplier};
    });
    table.add("jumpMultiplierPerBlock()", [](const ModelSeen& of, const Arguments&) {
        require(of.model.kind == RateKind::kJump);
        return Words{of.model.jump_multiplier};
    });
    table.add("jump()", [](const ModelSeen& of, const Arguments&) {
        require(of.model.kind == RateKind::kJumpFactor);
        return Words{of.model.jump_multiplier};
    });
    table.add("kink()", [](const ModelSeen& of, const Arguments&) {
        require(of.model.kind != RateKind::kLine);
        return Words{of.model.kink};
    });
}

const ViewTable<ModelSeen>& model_table() {
    static const ViewTable<ModelSeen> table = [] {
        ViewTable<ModelSeen> out;
        add_model_parameters(out);
        out.add(
            "getBorrowRate(uint256,uint256,uint256)",
            [](const ModelSeen& of, const Arguments& call) {
                return Words{of.contracts.borrow_rate(
                    of.model, call.number(0), call.number(1), call.number(2)
                )};
            }
        );
        return out;
    }();
    return table;
}

using Prices = std::map<Address, Int>;

const ViewTable<Prices>& oracle_table() {
    static const ViewTable<Prices> table = [] {
        ViewTable<Prices> out;
        out.add("getUnderlyingPrice(address)", [](const Prices& prices, const Arguments& call) {
            const auto at = prices.find(call.address(0));
            return Words{at == prices.end() ? Int(0) : at->second};
        });
        return out;
    }();
    return table;
}

/// Whose cash is of an ERC-20.
std::optional<eth::ReadAnswer> underlying_answer(const Contracts& of, const eth::Read& read) {
    static const ViewTable<Seen> table = [] {
        ViewTable<Seen> out;
        out.add("balanceOf(address)", [](const Seen& seen, const Arguments& call) {
            const CToken& holder = named(seen.contracts, call.address(0));
            return Words{holder.underlying == seen.token.underlying ? holder.cash : Int(0)};
        });
        out.add("decimals()", [](const Seen&, const Arguments&) { return Words{18}; });
        out.add("symbol()", [](const Seen&, const Arguments&) {
            return Words{32, 1, int_of(tests::text_word("U"))};
        });
        return out;
    }();
    for (const CToken& token : of.tokens()) {
        if (token.underlying == read.to && !read.to.is_zero()) {
            return table.answer({.contracts = of, .token = token}, read);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<eth::ReadAnswer> contract_answer(const Contracts& contracts, const eth::Read& read) {
    if (read.to == contracts.comptroller()) {
        return comptroller_table().answer(contracts, read);
    }
    for (const CToken& token : contracts.tokens()) {
        if (token.self == read.to) {
            return token_table().answer({.contracts = contracts, .token = token}, read);
        }
    }
    if (const auto model = contracts.models().find(read.to); model != contracts.models().end()) {
        return model_table().answer({.contracts = contracts, .model = model->second}, read);
    }
    if (const auto at = contracts.oracles.find(read.to); at != contracts.oracles.end()) {
        return oracle_table().answer(at->second, read);
    }
    return underlying_answer(contracts, read);
}

}  // namespace faultline::compound_v2_model
