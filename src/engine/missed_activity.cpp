// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/engine/activity_log.hpp>
#include <faultline/engine/missed_activity.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr ledger::TableId kFollowedTable = 0x000f;
constexpr ledger::TableId kMissedTable = 0x0010;

/// How people call an activity, and whether a critical alert tells it. The gravest first.
struct Words {
    std::string_view event;
    std::string_view detail;
    std::string_view one;
    std::string_view many;
    bool alarm;
};

constexpr std::array kWords{
    Words{"governance", "upgraded", "upgrade", "upgrades", true},
    Words{"governance", "admin", "admin change", "admin changes", true},
    Words{"governance", "role", "role change", "role changes", true},
    Words{"source_changed", "", "price source change", "price source changes", true},
    Words{"governance", "parameter", "parameter change", "parameter changes", false},
    Words{"governance", "paused", "pause or its end", "pauses or their ends", false},
    Words{"governance", "queued", "queued action", "queued actions", false},
    Words{"governance", "cancelled", "cancelled action", "cancelled actions", false},
    Words{"governance", "executed", "executed action", "executed actions", false},
    Words{"bad_debt", "", "bad debt", "bad debts", false},
    Words{"liquidation", "", "liquidation", "liquidations", false},
    Words{"flash_loan", "", "flash loan", "flash loans", false},
};

std::size_t rank_of(const MissedRow& row) {
    const auto* const found = std::ranges::find_if(kWords, [&row](const Words& words) {
        return words.event == row.event && words.detail == row.detail;
    });
    return static_cast<std::size_t>(found - kWords.begin());
}

/// Of one that nobody has words for it is the event itself, and grave: better told than not.
Words words_of(const MissedRow& row) {
    const std::size_t rank = rank_of(row);
    return rank < kWords.size() ? kWords.at(rank)
                                : Words{row.event, row.detail, row.event, row.event, true};
}

/// "3 role changes, the last: …"
std::string text_of(const MissedRow& row) {
    const Words words = words_of(row);
    std::string out = std::to_string(row.count) + " ";
    out += row.count == 1 ? words.one : words.many;
    return row.last.empty() ? out : out + ", the last: " + row.last;
}

}  // namespace

MissedActivity::MissedActivity(ledger::Ledger& ledger)
    : followed_(ledger, kFollowedTable), rows_(ledger, kMissedTable) {}

bool MissedActivity::misses(const eth::Block& block) {
    const FollowedRow* row = followed_.find({});
    if (block.live || row == nullptr) {
        return false;
    }
    if (row->live) {
        followed_.put({}, {.live = false, .since = block.ref().number});
    }
    return true;
}

void MissedActivity::keep(const protocol::Incident& incident) {
    const protocol::Activity& activity = *incident.activity;
    const ActivityKey key =
        activity_key(incident.market, {.event = activity.event, .detail = activity.detail});
    rows_.update(key, [&](MissedRow& row) {
        row.event = activity.event;
        row.detail = activity.detail;
        ++row.count;
        if (is_change(activity.event)) {
            row.last = incident.text.substr(0, kMostText);
        }
    });
}

void MissedActivity::took(std::vector<protocol::Incident>& incidents, std::size_t from) {
    const auto begin = incidents.begin() + static_cast<std::ptrdiff_t>(from);
    for (auto at = begin; at != incidents.end(); ++at) {
        if (at->activity) {
            keep(*at);
        }
    }
    const auto has_activity = [](const protocol::Incident& incident) {
        return incident.activity.has_value();
    };
    incidents.erase(std::remove_if(begin, incidents.end(), has_activity), incidents.end());
}

std::vector<protocol::Incident> MissedActivity::told(
    const eth::Block& block,
    const std::vector<protocol::Incident>& incidents,
    const std::function<std::string(protocol::MarketId)>& name_of
) {
    const FollowedRow* row = followed_.find({});
    if (row != nullptr && row->live) {
        return {};
    }
    const bool first = row == nullptr;
    const eth::BlockNum since = first ? block.ref().number : row->since;
    // Which block was the first live one depends on who followed, and when.
    followed_.put({}, {.live = true, .since = 0});
    if (first) {
        return {};
    }
    for (const protocol::Incident& incident : incidents) {
        if (incident.activity && is_change(incident.activity->event)) {
            keep(incident);
        }
    }
    std::vector<protocol::Incident> out;
    for (auto& [whose, rows] : take_all()) {
        std::ranges::sort(rows, {}, rank_of);
        std::string all;
        for (const MissedRow& missed : rows) {
            all += (all.empty() ? "" : "; ") + text_of(missed);
        }
        const auto [market, alarm] = whose;
        out.push_back(
            {.market = market,
             .kind = alarm ? protocol::IncidentKind::kAlarm : protocol::IncidentKind::kNotice,
             .text = "while blocks " + std::to_string(since) + " to " +
                     std::to_string(block.ref().number) + " of " + name_of(market) +
                     " were caught up with: " + all + "; rules judged the last block alone"}
        );
    }
    return out;
}

MissedActivity::Missed MissedActivity::take_all() {
    Missed out;
    for (const ActivityKey& key : rows_.sorted_keys()) {
        const MissedRow& row = *rows_.find(key);
        out[{key.market, words_of(row).alarm}].push_back(row);
        rows_.erase(key);
    }
    return out;
}

}  // namespace faultline::engine
