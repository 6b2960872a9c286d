// SPDX-License-Identifier: Apache-2.0
// The part of the fold that alerts about what protocols announce, and about what their rows show.
#include <faultline/base/bytes.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/standing.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/fold.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace faultline::engine {
namespace {

using rules::Verdict;
using rules::WatchRule;

/// News of which alerts are kept at once: one that is written by a flood ends no one else's.
constexpr std::size_t kMostNews = 100;

Hash32 id_of(const protocol::Standing& standing) {
    return eth::keccak256(std::string_view(std::to_string(standing.market) + "/" + standing.name));
}

bool is_over(UnixSeconds told_at, const eth::Block& block) {
    return block.header.timestamp.value >= told_at.value + rules::kNewsSeconds;
}

}  // namespace

void Fold::observe_news(
    const NewsKey& of,
    Verdict verdict,
    const eth::Block& block,
    std::uint32_t occurrence,
    Outcome& outcome
) {
    const WatchRule rule = of.alarm ? WatchRule::kMarketAlarm : WatchRule::kMarketNews;
    alerts::AlertKey key = watch_key(rule, of.market);
    key.part = of.id;  // Each is an alert of its own, so that one does not hide behind another.
    observe_watch(
        {.rule = rule, .key = key, .verdict = verdict, .figures = {}}, block, occurrence, outcome
    );
}

void Fold::end_old_news(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    for (const Hash32& id : news_.sorted_keys()) {
        const NewsRow row = *news_.find(id);
        if (is_over(row.told_at, block)) {
            const NewsKey of{.market = row.market, .alarm = row.alarm, .id = id};
            observe_news(of, Verdict::kClear, block, occurrence, outcome);
            news_.erase(id);
        }
    }
    for (const protocol::MarketId market : dropped_news_.sorted_keys()) {
        if (is_over(dropped_news_.find(market)->last_at, block)) {
            const NewsKey of{.market = market, .alarm = false, .id = {}};
            observe_news(of, Verdict::kClear, block, occurrence, outcome);
            dropped_news_.erase(market);
        }
    }
}

void Fold::watch_news(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    end_old_news(block, occurrence, outcome);
    std::map<protocol::MarketId, std::uint64_t> dropped;
    for (const protocol::Incident& incident : outcome.incidents) {
        const bool alarm = incident.kind == protocol::IncidentKind::kAlarm;
        if ((!alarm && incident.kind != protocol::IncidentKind::kNotice) || incident.standing) {
            continue;
        }
        const Hash32 id = eth::keccak256(std::string_view(incident.text));
        if (!alarm && news_.size() >= kMostNews && !news_.contains(id)) {
            ++dropped[incident.market];
            continue;
        }
        news_.put(
            id,
            {.market = incident.market,
             .alarm = alarm,
             .text = incident.text,
             .told_at = block.header.timestamp}
        );
        const NewsKey of{.market = incident.market, .alarm = alarm, .id = id};
        observe_news(of, Verdict::kBreach, block, occurrence, outcome);
    }
    for (const auto& [market, count] : dropped) {
        const DroppedNewsRow* before = dropped_news_.find(market);
        dropped_news_.put(
            market,
            {.count = count + (before == nullptr ? 0 : before->count),
             .last_at = block.header.timestamp}
        );
        outcome.news_dropped += count;
        const NewsKey of{.market = market, .alarm = false, .id = {}};
        observe_news(of, Verdict::kBreach, block, occurrence, outcome);
    }
}

void Fold::watch_standings(const eth::Block& block, std::uint32_t occurrence, Outcome& outcome) {
    std::map<Hash32, StandingRow> now;
    for (const auto& protocol : protocols_.all()) {
        for (const protocol::Standing& standing : protocol->standings()) {
            now[id_of(standing)] = {
                .market = standing.market, .alarm = standing.alarm, .text = standing.text
            };
        }
    }
    for (const Hash32& id : standings_.sorted_keys()) {
        const StandingRow row = *standings_.find(id);
        if (!now.contains(id)) {
            const NewsKey of{.market = row.market, .alarm = row.alarm, .id = id};
            observe_news(of, Verdict::kClear, block, occurrence, outcome);
            standings_.erase(id);
        }
    }
    for (const auto& [id, row] : now) {
        const StandingRow* before = standings_.find(id);
        if (before == nullptr || *before != row) {
            standings_.put(id, row);
        }
        const NewsKey of{.market = row.market, .alarm = row.alarm, .id = id};
        observe_news(of, Verdict::kBreach, block, occurrence, outcome);
    }
}

std::string Fold::describe_news(const alerts::AlertKey& key) const {
    if (key.part.is_zero()) {
        const DroppedNewsRow* row = dropped_news_.find(key.market);
        return row == nullptr
                   ? "no news are dropped"
                   : std::to_string(row->count) + " more news of market \"" +
                         protocols_.label(key.market).name + "\" are told by the log alone (" +
                         "market_news): alerts are given for " + std::to_string(kMostNews) +
                         " at a time";
    }
    if (const StandingRow* row = standings_.find(key.part)) {
        return row->text;
    }
    const NewsRow* row = news_.find(key.part);
    return row == nullptr ? "it was told" : row->text;
}

}  // namespace faultline::engine
