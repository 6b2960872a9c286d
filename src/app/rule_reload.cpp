// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <app/chain_service.hpp>
#include <app/daemon_config.hpp>
#include <app/rule_reload.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

std::string all_of(const std::vector<config::Problem>& problems) {
    std::string out;
    for (const config::Problem& problem : problems) {
        out += (out.empty() ? "" : "; ") + problem.message();
    }
    return out;
}

}  // namespace

RuleReload::RuleReload(
    const DaemonConfig& config,
    std::vector<std::unique_ptr<ChainService>>& services,
    obs::Log& log,
    obs::Metrics& metrics,
    config::Surroundings surroundings
)
    : file_(config.file),
      services_(services),
      log_(log),
      successful_(metrics.gauge(
          "faultline_rules_last_reload_successful",
          "1 when the rules in force are those that were read last; 0 when those were refused",
          {}
      )),
      surroundings_(std::move(surroundings)) {
    successful_.set(1);
}

Result<std::string> RuleReload::operator()() {
    auto loaded = load_config(file_, surroundings_);
    if (!loaded) {
        successful_.set(0);
        Error error(Code::kInvalid, all_of(loaded.error()));
        log_.error("rules_not_reloaded", "The rules before go on: " + std::string(error.message()));
        return error;
    }
    for (const auto& service : services_) {
        service->engine().use_rules(loaded->rules);
    }
    successful_.set(1);
    const std::size_t count = loaded->rules.health.size() + loaded->rules.signals.size();
    std::string done = std::to_string(count) + (count == 1 ? " rule" : " rules");
    log_.info("rules_reloaded", done + " from the next block on", {{"rules", count}});
    return done;
}

}  // namespace faultline::app
