// SPDX-License-Identifier: Apache-2.0
// The part of the fold that alerts about what no block tells: receivers and endpoints.
#include <faultline/base/assert.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/rules/verdict.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/notice.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::engine {
namespace {

constexpr const char* kReceiver = "receiver";

}  // namespace

Outcome Fold::noticed(const Notice& notice, std::uint32_t occurrence) {
    FAULTLINE_ASSERT(!in_run_ && tip() && is_notice(notice.rule));
    alerts::Observation observation;
    observation.key = watch_key(notice.rule, alerts::kNoMarket);
    observation.labels = {{"chain", options_.chain_name}};
    if (!notice.receiver.empty()) {
        observation.key.part = eth::keccak256(std::string_view(notice.receiver));
        observation.labels[kReceiver] = notice.receiver;
    }
    observation.rule = rules::watch_rule_name(notice.rule);
    observation.severity = rules::severity_of(notice.rule);
    observation.verdict = notice.holds ? rules::Verdict::kBreach : rules::Verdict::kClear;
    observation.summary = (notice.holds ? "" : "over: ") + notice.why;
    eth::Block block;
    block.header.ref = tip()->ref;
    block.header.timestamp = tip()->timestamp;
    Outcome outcome;
    if (auto transition = book_.observe(observation, block)) {
        transition->occurrence = occurrence;
        outcome.transitions.push_back(*std::move(transition));
    }
    outcome.rows = ledger_.seal();
    return outcome;
}

std::set<std::string> Fold::noticed_of(rules::WatchRule rule) const {
    std::set<std::string> out;
    for (const alerts::AlertKey& key : book_.rows().sorted_keys()) {
        if (key.market == alerts::kNoMarket && watch_of(key) == rule) {
            out.insert(alerts::labels_of(*book_.rows().find(key))[kReceiver]);
        }
    }
    return out;
}

}  // namespace faultline::engine
