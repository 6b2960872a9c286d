// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

#include "answer_fields.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/reserve_totals.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

void write_ref(JsonWriter& json, const eth::BlockRef& ref) {
    json.begin_object().field("number", ref.number).field("hash", ref.hash.hex()).end_object();
}

void write_head(JsonWriter& json, const std::optional<eth::BlockRef>& head) {
    json.key("head");
    if (head) {
        write_ref(json, *head);
    } else {
        json.null();
    }
}

/// Left out where it is not known.
void write_known(JsonWriter& json, std::string_view name, const std::optional<U256>& amount) {
    if (amount) {
        write_amount(json, name, *amount);
    }
}

void write_config(JsonWriter& json, const aave::ReserveConfig& config) {
    json.field("decimals", config.decimals);
    json.field("ltv_bps", config.ltv_bps);
    json.field("liquidation_threshold_bps", config.liquidation_threshold_bps);
    json.field("liquidation_bonus_bps", config.liquidation_bonus_bps);
    json.field("reserve_factor_bps", config.reserve_factor_bps);
    json.field("active", config.active);
    json.field("frozen", config.frozen);
    json.field("paused", config.paused);
    json.field("borrowing", config.borrowing);
    write_amount(json, "supply_cap_tokens", config.supply_cap_tokens);
    write_amount(json, "borrow_cap_tokens", config.borrow_cap_tokens);
    write_amount(json, "debt_ceiling_cents", config.debt_ceiling_cents);
}

void write_reserve(JsonWriter& json, const ReserveFigures& reserve) {
    const aave::ReserveRow& row = reserve.row;
    json.begin_object().field("id", reserve.id);
    json.field("asset", row.asset.hex());
    json.field("a_token", row.a_token.hex());
    json.field("variable_debt_token", row.v_token.hex());
    write_config(json, row.config);
    write_amount(json, "liquidity_index_ray", row.liquidity_index_ray);
    write_amount(json, "liquidity_rate_ray", row.liquidity_rate_ray);
    write_amount(json, "variable_borrow_index_ray", row.variable_borrow_index_ray);
    write_amount(json, "variable_borrow_rate_ray", row.variable_borrow_rate_ray);
    json.field("last_update", row.last_update.value);
    write_amount(json, "scaled_supply", row.scaled_supply);
    write_amount(json, "scaled_debt", row.scaled_debt);
    write_amount(json, "virtual_underlying_balance", row.virtual_underlying_balance);
    write_amount(json, "deficit", row.deficit);
    write_figure(json, "price", "price_base", reserve.price_base);
    json.key("totals").begin_object();
    write_status(json, reserve.totals);
    if (reserve.totals.ok()) {
        const aave::ReserveTotals& totals = reserve.totals.value;
        write_amount(json, "supplied", totals.supplied);
        write_amount(json, "borrowed", totals.borrowed);
        write_amount(json, "borrowed_stable", totals.borrowed_stable);
        write_known(json, "available", totals.available);
        write_known(json, "utilisation_ray", totals.utilisation_ray);
        write_known(json, "supplied_of_cap", totals.supplied_of_cap);
    }
    json.end_object().end_object();
}

void write_quarantined(JsonWriter& json, const protocol::QuarantinedLog& log) {
    json.begin_object().key("block");
    write_ref(json, log.block);
    json.field("tx_hash", log.tx_hash.hex());
    json.field("log_index", log.log_index);
    json.field("address", log.address.hex());
    json.key("topics").begin_array();
    for (const Hash32& topic : log.topics) {
        json.string(topic.hex());
    }
    json.end_array();
    json.field("data", to_hex(log.data));
    json.field("data_bytes", log.data_bytes);
    json.field("why", log.why).end_object();
}

void write_alert(JsonWriter& json, std::string_view chain, const ActiveAlert& alert) {
    json.begin_object();
    json.field("chain", chain);
    json.field("rule", alert.rule);
    json.field("severity", alert.severity);
    json.field("phase", alert.phase);
    json.field("summary", alert.summary);
    json.field("now", alert.now);
    json.key("began");
    write_ref(json, alert.began);
    json.field("since", alert.since.value);
    json.key("labels").begin_object();
    for (const auto& [name, value] : alert.labels) {
        json.field(name, value);
    }
    json.end_object();
    json.field("fingerprint", alert.fingerprint).key("silenced_by").begin_array();
    for (const std::uint64_t id : alert.silenced_by) {
        json.number(id);
    }
    json.end_array().field("inhibited_by", alert.inhibited_by).key("acknowledged");
    if (!alert.acknowledged) {
        json.null().end_object();
        return;
    }
    json.begin_object().field("author", alert.acknowledged->author);
    json.field("comment", alert.acknowledged->comment);
    constexpr std::int64_t kMillis = 1000;
    json.field("at", static_cast<std::uint64_t>(alert.acknowledged->at.value / kMillis));
    json.end_object().end_object();
}

void write_reasons(JsonWriter& json, const ChainStatus& chain, const ReadinessLimits& limits) {
    const auto reasons = unready_reasons(chain, limits);
    json.field("ready", reasons.empty());
    json.key("reasons").begin_array();
    for (const std::string& reason : reasons) {
        json.string(reason);
    }
    json.end_array();
}

void write_market(JsonWriter& json, const std::string& chain, const MarketStatus& market) {
    json.begin_object().field("name", market.name).field("protocol", market.protocol);
    json.field("path", "/v1/chains/" + chain + "/" + market.family + "/" + market.name);
    json.field("base_currency", market.base_currency.symbol);
    json.field("base_decimals", market.base_currency.decimals);
    write_status(json, market.usable);
    json.field("accounts", market.accounts).field("unvalued", market.unvalued);
    json.field("reserves", market.reserves);
    if (market.audit) {
        json.key("audit").begin_object().key("block").begin_object();
        json.field("number", market.audit->block.number);
        json.field("hash", market.audit->block.hash.hex()).end_object();
        json.field("equal", market.audit->equal).field("mismatch", market.audit->mismatch);
        json.field("first_mismatch", market.audit->first_mismatch).end_object();
    }
    json.end_object();
}

void write_endpoint(JsonWriter& json, const EndpointStanding& endpoint) {
    json.begin_object().field("name", endpoint.name).field("role", endpoint.role);
    json.field("state", endpoint.state).key("head");
    if (endpoint.head) {
        json.number(*endpoint.head);
    } else {
        json.null();
    }
    json.field("lag_blocks", endpoint.lag_blocks).end_object();
}

void write_receiver(JsonWriter& json, const ReceiverStanding& receiver) {
    const auto write_time =
        [&json](std::string_view name, const std::optional<std::uint64_t>& at_ms) {
            json.key(name);
            if (at_ms) {
                json.number(*at_ms);
            } else {
                json.null();
            }
        };
    json.begin_object().field("name", receiver.name).field("state", receiver.state);
    write_time("limited_until_ms", receiver.limited_until_ms);
    json.field("waiting", receiver.waiting).field("held", receiver.held);
    json.field("dead_letters", receiver.dead_letters);
    write_time("last_success_ms", receiver.last_success_ms);
    write_time("last_failure_ms", receiver.last_failure_ms);
    json.field("last_error", receiver.last_error).end_object();
}

void write_chain(JsonWriter& json, const ChainStatus& chain, const ReadinessLimits& limits) {
    json.begin_object().field("name", chain.name).field("chain_id", chain.chain_id);
    write_reasons(json, chain, limits);
    write_block(json, "processed", chain.processed);
    write_head(json, chain.head);
    json.key("finalized");
    if (chain.finalized) {
        json.number(*chain.finalized);
    } else {
        json.null();
    }
    json.key("seconds_since_contact");
    if (chain.since_contact) {
        const auto whole = std::chrono::duration_cast<std::chrono::seconds>(*chain.since_contact);
        json.number(static_cast<std::uint64_t>(std::max<std::int64_t>(whole.count(), 0)));
    } else {
        json.null();
    }
    json.field("reorgs", chain.reorgs);
    json.field("endpoint_error", chain.endpoint_error);
    json.field("storage_error", chain.storage_error);
    json.field("halted", chain.halted);
    json.field("doubt", chain.doubt);
    json.key("endpoints").begin_array();
    for (const EndpointStanding& endpoint : chain.endpoints) {
        write_endpoint(json, endpoint);
    }
    json.end_array().key("receivers").begin_array();
    for (const ReceiverStanding& receiver : chain.receivers) {
        write_receiver(json, receiver);
    }
    json.end_array().key("markets").begin_array();
    for (const MarketStatus& market : chain.markets) {
        write_market(json, chain.name, market);
    }
    json.end_array().end_object();
}

bool ready(const std::vector<ChainStatus>& chains, const ReadinessLimits& limits) {
    return !chains.empty() && std::ranges::all_of(chains, [&](const ChainStatus& chain) {
        return unready_reasons(chain, limits).empty();
    });
}

}  // namespace

net::HttpResponse text_answer(std::string_view content_type, std::string body) {
    net::HttpResponse out;
    // Nothing here may be cached, framed, sniffed, or run anything.
    out.headers = {
        {"Content-Type", std::string(content_type)},
        {"Cache-Control", "no-store"},
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
    };
    out.body = std::move(body);
    return out;
}

net::HttpResponse json_answer(int status, std::string body) {
    body += '\n';
    net::HttpResponse out = text_answer("application/json", std::move(body));
    out.status = status;
    return out;
}

net::HttpResponse error_answer(
    int status, std::string_view code, std::string_view message, std::string_view hint
) {
    JsonWriter json;
    json.begin_object().key("error").begin_object();
    json.field("code", code).field("message", message).field("hint", hint);
    return json_answer(status, json.end_object().end_object().take());
}

net::HttpResponse failed_answer(const Error& error) {
    switch (error.code()) {
        case Code::kMissing:
            return error_answer(404, "not_found", error.message(), "GET / lists what there is");
        case Code::kInvalid:
            return error_answer(400, "bad_request", error.message(), "docs/api.md says more");
        default: {
            net::HttpResponse out = error_answer(
                503, "unavailable", error.message(), "ask again; /v1/status says what is wrong"
            );
            out.headers.emplace_back("Retry-After", "1");
            return out;
        }
    }
}

std::string status_json(
    const std::vector<ChainStatus>& chains, const ReadinessLimits& limits, std::string_view version
) {
    JsonWriter json;
    json.begin_object().field("version", version).field("ready", ready(chains, limits));
    json.key("chains").begin_array();
    for (const ChainStatus& chain : chains) {
        write_chain(json, chain, limits);
    }
    return json.end_array().end_object().take();
}

std::string readiness_json(const std::vector<ChainStatus>& chains, const ReadinessLimits& limits) {
    JsonWriter json;
    json.begin_object().field("ready", ready(chains, limits)).key("chains").begin_array();
    for (const ChainStatus& chain : chains) {
        json.begin_object().field("name", chain.name);
        write_reasons(json, chain, limits);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

std::string alerts_json(const std::vector<ChainAlerts>& chains) {
    JsonWriter json;
    json.begin_object().key("chains").begin_array();
    for (const ChainAlerts& each : chains) {
        json.begin_object().field("name", each.chain);
        write_block(json, "block", each.page.block);
        json.field("halted", each.page.halted).field("error", each.error).end_object();
    }
    json.end_array().key("alerts").begin_array();
    for (const ChainAlerts& each : chains) {
        for (const ActiveAlert& alert : each.page.alerts) {
            write_alert(json, each.chain, alert);
        }
    }
    return json.end_array().end_object().take();
}

std::string reserves_json(const ReservesPage& page) {
    JsonWriter json;
    begin_page(json, page);
    write_status(json, page.usable);
    json.key("reserves").begin_array();
    for (const ReserveFigures& each : page.reserves) {
        write_reserve(json, each);
    }
    return json.end_array().end_object().take();
}

std::string quarantine_json(const QuarantinePage& page) {
    JsonWriter json;
    begin_page(json, page);
    write_status(json, page.usable);
    json.field("total", page.total).key("logs").begin_array();
    for (const protocol::QuarantinedLog& each : page.logs) {
        write_quarantined(json, each);
    }
    return json.end_array().end_object().take();
}

}  // namespace faultline::api
