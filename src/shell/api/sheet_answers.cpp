// SPDX-License-Identifier: Apache-2.0
// What every protocol has to say, in its own terms.
#include "answer_fields.hpp"
#include "answers.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/shell/api/view.hpp>

#include <string>
#include <variant>

namespace faultline::api {
namespace {

/// Amounts are decimal strings: they go beyond what readers of JSON keep exact.
struct ValueWriter {
    JsonWriter& json;
    const protocol::SheetEntry& entry;

    void operator()(std::monostate /*withheld*/) const {
        json.begin_object();
        json.field("status", figure_status_name(entry.status));
        json.field("reason", entry.reason).end_object();
    }

    void operator()(const U256& value) const { json.string(value.to_string()); }

    void operator()(const protocol::Signed& value) const {
        json.string((value.negative ? "-" : "") + value.magnitude.to_string());
    }

    void operator()(bool value) const { json.boolean(value); }

    void operator()(const Address& value) const { json.string(value.hex()); }

    void operator()(const std::string& value) const { json.string(value); }
};

void write_sheet(JsonWriter& json, const protocol::Sheet& sheet) {
    for (const protocol::SheetEntry& entry : sheet.entries) {
        json.key(entry.name);
        std::visit(ValueWriter{.json = json, .entry = entry}, entry.value);
    }
    for (const auto& [name, parts] : sheet.lists) {
        json.key(name).begin_array();
        for (const protocol::Sheet& part : parts) {
            json.begin_object();
            write_sheet(json, part);
            json.end_object();
        }
        json.end_array();
    }
}

std::string cursor(const protocol::Holder& holder) {
    return holder.account.hex() + (holder.part.is_zero() ? "" : "." + holder.part.hex());
}

void write_holder(JsonWriter& json, const HoldersPage& page, const HolderFigures& figures) {
    json.begin_object().field("account", figures.holder.account.hex());
    if (!figures.part.empty()) {
        json.field(page.part_label, figures.part);
    }
    write_status(json, figures.health);
    if (figures.health.ok()) {
        write_amount(json, "health_factor_wad", figures.health.value.health_factor_wad);
        write_amount(json, "collateral_base", figures.health.value.collateral_base);
        write_amount(json, "debt_base", figures.health.value.debt_base);
    }
    json.end_object();
}

}  // namespace

std::string holders_json(const HoldersPage& page) {
    JsonWriter json;
    begin_page(json, page);
    write_status(json, page.usable);
    json.field("base_currency", page.base_currency.symbol);
    json.field("base_decimals", page.base_currency.decimals);
    json.key("accounts").begin_array();
    for (const HolderFigures& each : page.holders) {
        write_holder(json, page, each);
    }
    json.end_array().key("next");
    if (page.next) {
        json.string(cursor(*page.next));
    } else {
        json.null();
    }
    return json.end_object().take();
}

std::string sheet_json(const SheetPage& page) {
    JsonWriter json;
    begin_page(json, page);
    write_status(json, page.usable);
    json.key("figures").begin_object();
    write_sheet(json, page.sheet);
    return json.end_object().end_object().take();
}

}  // namespace faultline::api
