// SPDX-License-Identifier: Apache-2.0
#include "rule_routes.hpp"

#include "answer_fields.hpp"
#include "answers.hpp"
#include "queries.hpp"
#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

using net::HttpResponse;
using runtime::Task;

/// Of /v1/rules/<name>.
constexpr std::size_t kNameSegment = 2;

/// The fields of a rule that both answers have.
void write_rule(JsonWriter& json, const RuleFigures& rule) {
    json.field("name", rule.name).field("kind", rule.kind).field("severity", rule.severity);
    json.field("condition", rule.condition).field("work", rule.work);
    json.field("put_off_blocks", rule.put_off_blocks).key("counts").begin_object();
    json.field("firing", rule.counts.firing).field("ok", rule.counts.ok);
    json.field("hold", rule.counts.hold).field("no_data", rule.counts.no_data);
    json.field("stale", rule.counts.stale).field("error", rule.counts.error).end_object();
}

void write_texts(
    JsonWriter& json, std::string_view name, const std::map<std::string, std::string>& texts
) {
    json.key(name).begin_object();
    for (const auto& [key, text] : texts) {
        json.field(key, text);
    }
    json.end_object();
}

void write_row(JsonWriter& json, const RuleRowFigures& row) {
    json.begin_object();
    write_texts(json, "labels", row.labels);
    write_status(json, row.figure);
    if (row.figure.ok()) {
        json.field("figure", row.figure.value);
    }
    json.field("verdict", row.verdict).field("words", row.words);
    if (!row.alert.empty()) {
        json.field("alert", row.alert);
    }
    write_texts(json, "inputs", row.inputs);
    json.end_object();
}

Task<Result<RulesPage>> page_of(
    const std::vector<ChainView*>& chains, const Target& target, std::optional<std::string> name
) {
    FAULTLINE_CO_TRY_VOID(only(target, {"chain"}));
    FAULTLINE_CO_TRY(ChainView * chain, chain_parameter(chains, target));
    co_return co_await chain->rules(std::move(name));
}

}  // namespace

std::string rules_json(const RulesPage& page) {
    JsonWriter json;
    begin_page(json, page);
    json.key("rules").begin_array();
    for (const RuleFigures& rule : page.rules) {
        json.begin_object();
        write_rule(json, rule);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

std::string rule_json(const RulesPage& page) {
    const RuleFigures& rule = page.rules.at(0);
    JsonWriter json;
    begin_page(json, page);
    write_rule(json, rule);
    json.key("rows").begin_array();
    for (const RuleRowFigures& row : rule.rows) {
        write_row(json, row);
    }
    return json.end_array().end_object().take();
}

Task<HttpResponse> rules_answer(std::vector<ChainView*> chains, Target target) {
    const auto page = co_await page_of(chains, target, std::nullopt);
    co_return page ? json_answer(200, rules_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> rule_answer(std::vector<ChainView*> chains, Target target) {
    const auto page = co_await page_of(chains, target, target.path.at(kNameSegment));
    co_return page ? json_answer(200, rule_json(*page)) : failed_answer(page.error());
}

}  // namespace faultline::api
