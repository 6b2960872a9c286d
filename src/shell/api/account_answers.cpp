// SPDX-License-Identifier: Apache-2.0
// Accounts, and one account in all its parts.
#include "answer_fields.hpp"
#include "answers.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/protocols/aave/liquidation.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/shell/api/view.hpp>

#include <string>

namespace faultline::api {
namespace {

/// The fields of an account, without its braces.
void write_account_fields(JsonWriter& json, const AccountFigures& figures) {
    json.field("account", figures.account.hex());
    json.field("status", figure_status_name(figures.data.status));
    if (figures.data.ok()) {
        const aave::AccountData& data = figures.data.value;
        write_amount(json, "total_collateral_base", data.total_collateral_base);
        write_amount(json, "total_debt_base", data.total_debt_base);
        write_amount(json, "available_borrows_base", data.available_borrows_base);
        write_amount(
            json, "current_liquidation_threshold_bps", data.current_liquidation_threshold_bps
        );
        write_amount(json, "ltv_bps", data.ltv_bps);
        write_amount(json, "health_factor_wad", data.health_factor_wad);
    } else {
        json.field("reason", figures.data.reason);
    }
}

void write_account(JsonWriter& json, const AccountFigures& figures) {
    json.begin_object();
    write_account_fields(json, figures);
    json.end_object();
}

void write_position(JsonWriter& json, const aave::PositionFigures& position) {
    json.begin_object().field("reserve", position.reserve);
    json.field("asset", position.asset.hex());
    json.field("collateral", position.collateral);
    write_amount(json, "supplied", position.supplied);
    write_amount(json, "borrowed", position.borrowed);
    write_amount(json, "borrowed_stable", position.borrowed_stable);
    write_figure(json, "price", "price_base", position.price_base);
    write_figure(json, "supplied_value", "supplied_base", position.supplied_base);
    write_figure(json, "borrowed_value", "borrowed_base", position.borrowed_base);
    write_figure(json, "liquidation_price", "price_base", position.liquidation_price_base);
    json.end_object();
}

void write_liquidation(JsonWriter& json, const aave::Liquidation& pair) {
    json.begin_object().field("debt_reserve", pair.debt_reserve);
    json.field("debt_asset", pair.debt_asset.hex());
    json.field("collateral_reserve", pair.collateral_reserve);
    json.field("collateral_asset", pair.collateral_asset.hex());
    write_status(json, pair.terms);
    if (pair.terms.ok()) {
        const aave::LiquidationTerms& terms = pair.terms.value;
        json.field("open", terms.open);
        json.field("closed_because", terms.closed_because);
        write_amount(json, "close_factor_debt", terms.close_factor_debt);
        write_amount(json, "debt_covered", terms.debt_covered);
        write_amount(json, "collateral_taken", terms.collateral_taken);
        write_amount(json, "liquidator_receives", terms.liquidator_receives);
        write_amount(json, "protocol_fee", terms.protocol_fee);
        json.field("writes_off_rest", terms.writes_off_rest);
    }
    json.end_object();
}

}  // namespace

std::string accounts_json(const AccountsPage& page) {
    JsonWriter json;
    begin_page(json, page);
    write_status(json, page.usable);
    json.key("accounts").begin_array();
    for (const AccountFigures& each : page.accounts) {
        write_account(json, each);
    }
    json.end_array().key("next");
    if (page.next) {
        json.string(page.next->hex());
    } else {
        json.null();
    }
    return json.end_object().take();
}

std::string account_json(const AccountPage& page) {
    JsonWriter json;
    begin_page(json, page);
    write_account_fields(json, page.account);
    json.key("positions").begin_array();
    for (const aave::PositionFigures& each : page.positions.value) {
        write_position(json, each);
    }
    json.end_array().key("liquidations").begin_array();
    for (const aave::Liquidation& each : page.liquidations.value) {
        write_liquidation(json, each);
    }
    return json.end_array().end_object().take();
}

}  // namespace faultline::api
