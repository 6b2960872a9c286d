// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_state.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/chain_view.hpp>
#include <app/rule_names.hpp>
#include <optional>
#include <string>
#include <utility>

namespace faultline::app {
namespace {

api::RuleFigures shown(engine::RuleState state) {
    api::RuleFigures out{
        .name = std::move(state.name),
        .kind = std::move(state.kind),
        .severity = std::string(rules::severity_name(state.severity)),
        .condition = std::move(state.condition),
        .work = state.work,
        .put_off_blocks = state.put_off_blocks,
        .counts =
            {.firing = state.counts.firing,
             .ok = state.counts.ok,
             .hold = state.counts.hold,
             .no_data = state.counts.no_data,
             .stale = state.counts.stale,
             .error = state.counts.error},
        .rows = {}
    };
    for (engine::RuleRow& row : state.rows) {
        out.rows.push_back(
            {.labels = {row.labels.begin(), row.labels.end()},
             .figure =
                 {.status = row.figure.status,
                  .value = row.figure.ok() ? row.figure.value.text() : std::string(),
                  .reason = std::move(row.figure.reason)},
             .verdict = std::string(rules::verdict_name(row.verdict)),
             .words = std::move(row.words),
             .alert = std::move(row.alert),
             .inputs = std::move(row.inputs)}
        );
    }
    return out;
}

}  // namespace

runtime::Task<Result<api::RulesPage>> EngineView::rules(std::optional<std::string> name) {
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    if (name) {
        FAULTLINE_CO_TRY_VOID(has_rule(fold.options().rules, *name));
    }
    api::RulesPage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    for (engine::RuleState& state : fold.rule_states(name)) {
        page.rules.push_back(shown(std::move(state)));
    }
    co_return page;
}

}  // namespace faultline::app
