// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <app/audit_metrics.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

/// A counter for each AuditResult, in its order.
auto by_result(
    obs::Metrics& registry, const obs::Labels& where, const char* name, const char* text
) {
    const auto counter = [&](const char* result) {
        obs::Labels labels = where;
        labels.emplace("result", result);
        return &registry.counter(name, text, labels);
    };
    return std::array{counter("equal"), counter("mismatch"), counter("failed"), counter("skipped")};
}

}  // namespace

AuditMetrics::AuditMetrics(
    obs::Metrics& registry, const std::string& chain, const protocol::Protocols& protocols
) {
    for (std::size_t i = 0; i < protocols.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const obs::Labels where{{"chain", chain}, {"market", protocols.label(market).name}};
        markets_.push_back(
            {.checks = by_result(
                 registry,
                 where,
                 "faultline_audit_checks_total",
                 "Views of the contracts that were held against our figures, by result"
             ),
             .degraded = by_result(
                 registry,
                 where,
                 "faultline_audit_degraded_checks_total",
                 "Views of the contracts of a market whose figures are withheld that were held "
                 "against what its rows would give, by result"
             ),
             .mismatches = &registry.counter(
                 "faultline_audit_mismatches_total",
                 "Views of the contracts that are not what we say; must stay 0",
                 where
             ),
             .last_success = &registry.gauge(
                 "faultline_audit_last_success_timestamp_seconds",
                 "Wall-clock time of the last audit in which views were equal and none was not; 0 "
                 "before the first",
                 where
             )}
        );
    }
}

void AuditMetrics::checked(protocol::MarketId market, AuditResult result) {
    const OfMarket& of = markets_.at(market);
    of.checks.at(static_cast<std::size_t>(result))->add();
    if (result == AuditResult::kMismatch) {
        of.mismatches->add();
    }
}

void AuditMetrics::checked_degraded(protocol::MarketId market, AuditResult result) {
    markets_.at(market).degraded.at(static_cast<std::size_t>(result))->add();
}

void AuditMetrics::succeeded(protocol::MarketId market, UnixMillis now) {
    constexpr double kMillisPerSecond = 1000.0;
    markets_.at(market).last_success->set(static_cast<double>(now.value) / kMillisPerSecond);
}

}  // namespace faultline::app
