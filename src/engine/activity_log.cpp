// SPDX-License-Identifier: Apache-2.0
#include "engine/change_effects.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/engine/activity_log.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::engine {
namespace {

constexpr ledger::TableId kActivityTable = 0x000b;

std::string text_of(
    const protocol::Incident& incident, const std::map<protocol::MarketId, std::string>& effects
) {
    const auto found = effects.find(incident.market);
    if (found == effects.end() || !has_effect(*incident.activity)) {
        return incident.text.substr(0, ActivityLog::kMostText);
    }
    const std::string effect = found->second.substr(0, ActivityLog::kMostText / 2);
    return incident.text.substr(0, ActivityLog::kMostText - effect.size()) + effect;
}

}  // namespace

ActivityKey activity_key(protocol::MarketId market, const ActivityLog::Counted& what) {
    std::string text(what.event);
    text += '/';
    text += what.detail;
    return {.market = market, .what = eth::keccak256(std::string_view(text))};
}

bool is_change(std::string_view event) {
    return event == "governance" || event == "source_changed";
}

const std::vector<ActivityLog::Counted>& ActivityLog::counted() {
    static const std::vector<Counted> kAll{
        {.event = "bad_debt", .detail = ""},
        {.event = "flash_loan", .detail = ""},
        {.event = "governance", .detail = "admin"},
        {.event = "governance", .detail = "cancelled"},
        {.event = "governance", .detail = "executed"},
        {.event = "governance", .detail = "parameter"},
        {.event = "governance", .detail = "paused"},
        {.event = "governance", .detail = "queued"},
        {.event = "governance", .detail = "role"},
        {.event = "governance", .detail = "upgraded"},
        {.event = "liquidation", .detail = ""},
        {.event = "source_changed", .detail = ""},
    };
    return kAll;
}

ActivityLog::ActivityLog(ledger::Ledger& ledger) : rows_(ledger, kActivityTable) {}

void ActivityLog::took(
    const std::vector<protocol::Incident>& incidents,
    const std::map<protocol::MarketId, std::string>& effects,
    const eth::Block& block
) {
    for (const protocol::Incident& incident : incidents) {
        if (!incident.activity) {
            continue;
        }
        const protocol::Activity& activity = *incident.activity;
        const ActivityKey key =
            activity_key(incident.market, {.event = activity.event, .detail = activity.detail});
        rows_.update(key, [&](ActivityRow& row) {
            ++row.count;
            if (const auto sum =
                    activity.value.ok() ? add(row.value, activity.value.value) : std::nullopt) {
                row.value = *sum;
            } else if (activity.value.ok() || !activity.value.reason.empty()) {
                // Without a reason it moves nothing that could have a value.
                ++row.unvalued;
            }
            row.newest.push_back(
                {.block = block.ref(),
                 .at = block.header.timestamp,
                 .text = text_of(incident, effects)}
            );
            if (row.newest.size() > kNewest) {
                row.newest.erase(row.newest.begin());
            }
        });
    }
}

ActivityRow ActivityLog::of(protocol::MarketId market, const Counted& what) const {
    const ActivityRow* row = rows_.find(activity_key(market, what));
    return row == nullptr ? ActivityRow{} : *row;
}

}  // namespace faultline::engine
