// SPDX-License-Identifier: Apache-2.0
// How the fold names and describes what alerts are about.
#include "engine/signal_verdict.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/fold.hpp>

#include <cstddef>
#include <map>
#include <string>

namespace faultline::engine {
namespace {

constexpr std::size_t kNewsDigits = 16;

}  // namespace

std::map<std::string, std::string> Fold::labels(const alerts::AlertKey& key) const {
    std::map<std::string, std::string> labels{{"chain", options_.chain_name}};
    if (key.market == alerts::kNoMarket) {
        if (const alerts::AlertRow* row = book_.rows().find(key)) {
            for (const alerts::LabelText& label : row->labels) {
                labels[label.name] = label.value;
            }
        }
        return labels;
    }
    const auto watch = watch_of(key);
    if (watch == rules::WatchRule::kBlocksUnverified || watch == rules::WatchRule::kChainHalted) {
        return labels;
    }
    if (key.market >= protocols_.markets()) {
        labels["protocol"] = "removed";
        labels["market"] = "removed";
        return labels;
    }
    const protocol::Protocol& protocol = protocols_.of(key.market);
    labels["protocol"] = protocol.name(key.market);
    labels["market"] = protocols_.label(key.market).name;
    if (watch == rules::WatchRule::kAuditMismatch) {
        add_subject(labels, audited_subject(key));
    } else if (watch == rules::WatchRule::kPositionsUnvalued) {
        labels["share"] = key.part.is_zero() ? "some" : "half";
    } else if (watch == rules::WatchRule::kMarketNews || watch == rules::WatchRule::kMarketAlarm) {
        // A market has many at once: without it they had one key, and receivers took the first.
        labels["news"] = key.part.is_zero() ? "more" : key.part.hex().substr(2, kNewsDigits);
    } else if (!watch) {
        labels["account"] = key.account.hex();
        if (!key.part.is_zero()) {
            labels[std::string(protocol.part_label())] = protocol.part_name(key.part);
        }
    }
    return labels;
}

std::string Fold::describe(const alerts::AlertKey& key) const {
    if (const auto watch = watch_of(key)) {
        return describe_watch(*watch, key);
    }
    if (key.market == alerts::kNoMarket) {
        return describe_signals(key);
    }
    const rules::HealthFactorRule* rule = rule_of(key);
    if (rule == nullptr || key.market >= protocols_.markets()) {
        return "its rule or market is no longer configured";
    }
    const protocol::Protocol& protocol = protocols_.of(key.market);
    const Figure<protocol::PositionHealth> figure =
        protocol.health(key.market, at())->of(holder_of(key));
    if (!figure.ok()) {
        return without_figure(figure);
    }
    const rules::HealthReading reading = health_reading(figure.value, currencies_[key.market]);
    return rules::describe(*rule, reading, rules::judge(*rule, reading));
}

/// "0x…", and which of its positions: "0x… (ilk ETH-A)".
std::string Fold::whom(const alerts::AlertKey& key) const {
    if (key.part.is_zero() || key.market >= protocols_.markets()) {
        return key.account.hex();
    }
    const protocol::Protocol& protocol = protocols_.of(key.market);
    return key.account.hex() + " (" + std::string(protocol.part_label()) + " " +
           protocol.part_name(key.part) + ")";
}

}  // namespace faultline::engine
