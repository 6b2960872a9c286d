// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_state.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/chain_identity.hpp>
#include <app/daemon_config.hpp>
#include <app/exit_code.hpp>
#include <app/rule_explain.hpp>
#include <app/rule_names.hpp>
#include <app/stored_fold.hpp>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace faultline::app {
namespace {

int failed(std::ostream& err, const Error& error, ExitCode code) {
    err << "faultline rules explain: " << error.message() << '\n';
    return exit_status(code);
}

std::string_view verdict_text(rules::Verdict verdict, bool has_figure) {
    switch (verdict) {
        case rules::Verdict::kBreach:
            return "holds";
        case rules::Verdict::kClear:
            return "does not hold";
        case rules::Verdict::kHold:
            return has_figure ? "between the thresholds" : "no figure";
    }
    return "";
}

std::string counts_text(const engine::RuleCounts& counts) {
    std::string out;
    const auto add = [&out](std::uint64_t count, const char* what) {
        if (count > 0) {
            out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + what;
        }
    };
    add(counts.firing, "in breach");
    add(counts.ok, "ok");
    add(counts.hold, "between the thresholds");
    add(counts.no_data, "no_data");
    add(counts.stale, "stale");
    add(counts.error, "error");
    return out.empty() ? "none" : out;
}

}  // namespace

std::string explanation(const engine::RuleState& state, const eth::BlockRef& block) {
    std::string out = state.name + " (" + state.kind + ", " +
                      std::string(rules::severity_name(state.severity)) + ") as of block " +
                      block.text() + "\ncondition: " + state.condition +
                      "\nrows: " + counts_text(state.counts) + "\n";
    if (state.work > 0) {
        out += "work: " + std::to_string(state.work) + " of a block's rule_work_per_block\n";
    }
    if (state.put_off_blocks > 0) {
        out += "put off for " + std::to_string(state.put_off_blocks) +
               " blocks: all rules together take too much of one; its alerts are as it was judged "
               "last\n";
    }
    for (const engine::RuleRow& row : state.rows) {
        out += "\n" + (row.labels.empty() ? "no labels" : signals::text({}, row.labels)) + ": " +
               std::string(verdict_text(row.verdict, row.figure.ok())) + "\n";
        out += "  figure: " +
               (row.figure.ok() ? row.figure.value.text()
                                : std::string(figure_status_name(row.figure.status)) + ": " +
                                      row.figure.reason) +
               "\n  " + row.words + "\n";
        if (!row.alert.empty()) {
            out += "  alert: " + row.alert + "\n";
        }
        for (const auto& [name, value] : row.inputs) {
            out += "  reads " + name + " = " + value + "\n";
        }
    }
    return out;
}

int explain_rule(
    const DaemonConfig& config, const RuleExplain& asked, std::ostream& out, std::ostream& err
) {
    const auto chain = chain_of(config, asked.chain);
    if (!chain) {
        return failed(err, chain.error(), ExitCode::kUsage);
    }
    if (const auto known = has_rule(config.rules, asked.name); !known) {
        return failed(err, known.error(), ExitCode::kUsage);
    }
    const auto store = store::open_rocksdb_read_only(store_folder(config, **chain));
    if (!store) {
        return failed(err, store.error(), ExitCode::kCannotStart);
    }
    if (auto fits = store::check_schema(**store, identity_of(**chain)); !fits) {
        return failed(err, fits.error(), ExitCode::kCannotStart);
    }
    engine::Fold fold(fold_options(config, **chain));
    if (auto loaded = load_stored(**store, fold); !loaded) {
        return failed(err, loaded.error(), ExitCode::kCannotStart);
    }
    const auto tip = fold.tip();
    if (!tip) {
        return failed(
            err,
            Error(Code::kMissing, "there is no block in the store yet")
                .advise("Let `faultline run` apply one"),
            ExitCode::kFailed
        );
    }
    fold.look();
    for (const engine::RuleState& state : fold.rule_states(asked.name)) {
        out << explanation(state, tip->ref);
    }
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
