// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/chain_view.hpp>
#include <app/firing_alerts.hpp>
#include <string>
#include <utility>

namespace faultline::app {
namespace {

api::ActiveAlert shown(
    const engine::Fold& fold, const alerts::AlertKey& key, const alerts::AlertRow& row
) {
    api::ActiveAlert out;
    out.rule = row.rule;
    out.severity = rules::severity_name(row.severity);
    out.phase = row.phase == alerts::Phase::kFiring ? "firing" : "pending";
    out.labels = alerts::labels_of(row);
    if (out.labels.empty()) {
        out.labels = fold.labels(key);
    }
    out.summary = row.summary;
    out.now = fold.describe(key);
    out.began = row.began;
    out.since = {row.since_s};
    return out;
}

}  // namespace

runtime::Task<Result<api::AlertsPage>> EngineView::alerts() {
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    const auto groups = rule_groups(fold);
    const alerts::Inhibitor inhibitor = service_.inhibitor();
    const alerts::Decisions* decisions = service_.decisions();
    api::AlertsPage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    for (const alerts::AlertKey& key : fold.alerts().rows().sorted_keys()) {
        const alerts::AlertRow& row = *fold.alerts().rows().find(key);
        if (row.phase == alerts::Phase::kCooling) {
            continue;
        }
        api::ActiveAlert alert = shown(fold, key, row);
        const alerts::FiringAlert told = alert_of(fold, groups, key, row);
        alert.fingerprint = told.fingerprint;
        alert.inhibited_by = inhibitor.source_of(told.fingerprint, told.labels).value_or("");
        if (decisions != nullptr) {
            alert.silenced_by = decisions->silenced_by(told.labels, clock_.wall_now());
            const alerts::Acknowledgement* by =
                decisions->acknowledged(name(), told.fingerprint, row.began.tag());
            if (by != nullptr) {
                alert.acknowledged =
                    api::AcknowledgedBy{.author = by->author, .comment = by->comment, .at = by->at};
            }
        }
        page.alerts.push_back(std::move(alert));
    }
    co_return page;
}

}  // namespace faultline::app
