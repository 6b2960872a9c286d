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
#include <faultline/engine/watch_rows.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

using rules::Verdict;
using rules::WatchRule;

/// News of a market of which alerts are kept at once, and as many alarms: a flood of one of them
/// costs nobody else anything.
constexpr std::size_t kMostNews = 25;

/// Whose news: a market, and whether they are alarms.
using Source = std::pair<protocol::MarketId, bool>;

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
        {.rule = rule,
         .key = key,
         .verdict = verdict,
         .figures = {},
         .severity = rules::severity_of(rule)},
        block,
        occurrence,
        outcome
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
    for (const bool alarm : {false, true}) {
        auto& dropped = alarm ? dropped_alarms_ : dropped_news_;
        for (const protocol::MarketId market : dropped.sorted_keys()) {
            if (is_over(dropped.find(market)->last_at, block)) {
                const NewsKey of{.market = market, .alarm = alarm, .id = {}};
                observe_news(of, Verdict::kClear, block, occurrence, outcome);
                dropped.erase(market);
            }
        }
    }
}

void Fold::watch_news(
    const Standings& now, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
) {
    end_old_news(block, occurrence, outcome);
    auto missed = missed_.told(block, outcome.incidents, [this](protocol::MarketId market) {
        return market < protocols_.markets() ? std::string(protocols_.of(market).name(market)) +
                                                   "/" + protocols_.label(market).name
                                             : std::string("a market that is no longer configured");
    });
    outcome.incidents.insert(
        outcome.incidents.begin(),
        std::make_move_iterator(missed.begin()),
        std::make_move_iterator(missed.end())
    );
    std::vector<protocol::Incident> news;
    for (const protocol::Incident& incident : outcome.incidents) {
        const bool told = incident.kind == protocol::IncidentKind::kAlarm ||
                          incident.kind == protocol::IncidentKind::kNotice;
        if (told && !incident.standing) {
            news.push_back(incident);
        }
    }
    std::ranges::move(grown(now, block), std::back_inserter(news));
    if (!news.empty()) {
        tell(news, block, occurrence, outcome);
    }
}

void Fold::tell(
    const std::vector<protocol::Incident>& news,
    const eth::Block& block,
    std::uint32_t occurrence,
    Outcome& outcome
) {
    std::map<Source, std::size_t> kept;
    news_.for_each_unordered([&](const Hash32&, const NewsRow& row) {
        ++kept[{row.market, row.alarm}];
    });
    std::map<Source, std::uint64_t> dropped;
    for (const protocol::Incident& incident : news) {
        const bool alarm = incident.kind == protocol::IncidentKind::kAlarm;
        const Source source{incident.market, alarm};
        const Hash32 id = eth::keccak256(std::string_view(incident.text));
        const bool known = news_.contains(id);
        if (!known && kept[source] >= kMostNews) {
            ++dropped[source];
            continue;
        }
        kept[source] += known ? 0 : 1;
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
    for (const auto& [source, count] : dropped) {
        const auto [market, alarm] = source;
        auto& rows = alarm ? dropped_alarms_ : dropped_news_;
        const DroppedNewsRow* before = rows.find(market);
        rows.put(
            market,
            {.count = count + (before == nullptr ? 0 : before->count),
             .last_at = block.header.timestamp}
        );
        outcome.news_dropped += count;
        const NewsKey of{.market = market, .alarm = alarm, .id = {}};
        observe_news(of, Verdict::kBreach, block, occurrence, outcome);
    }
}

Fold::Standings Fold::standings_now() const {
    Standings now;
    for (const auto& protocol : protocols_.all()) {
        for (protocol::Standing& standing : protocol->standings()) {
            const Hash32 id = id_of(standing);
            now[id] = std::move(standing);
        }
    }
    return now;
}

std::vector<protocol::Incident> Fold::grown(const Standings& now, const eth::Block& block) {
    std::vector<protocol::Incident> out;
    for (const auto& [id, standing] : now) {
        const ToldStandingRow* told = told_standings_.find(id);
        if (standing.begun == 0 || (told != nullptr && told->begun >= standing.begun)) {
            continue;
        }
        const UnixSeconds at = block.header.timestamp;
        if (told != nullptr && at.value < told->at.value + rules::kToldAgainSeconds) {
            continue;
        }
        if (told != nullptr) {
            out.push_back(
                {.market = standing.market,
                 .kind = standing.alarm ? protocol::IncidentKind::kAlarm
                                        : protocol::IncidentKind::kNotice,
                 .text = standing.text + "; " + std::to_string(standing.begun - told->begun) +
                         " began since they were last told of",
                 .standing = false}
            );
        }
        told_standings_.put(id, {.begun = standing.begun, .at = at});
    }
    return out;
}

void Fold::watch_standings(
    const Standings& now, const eth::Block& block, std::uint32_t occurrence, Outcome& outcome
) {
    for (const Hash32& id : standings_.sorted_keys()) {
        const StandingRow row = *standings_.find(id);
        if (!now.contains(id)) {
            const NewsKey of{.market = row.market, .alarm = row.alarm, .id = id};
            observe_news(of, Verdict::kClear, block, occurrence, outcome);
            standings_.erase(id);
            if (told_standings_.contains(id)) {
                told_standings_.erase(id);
            }
        }
    }
    for (const auto& [id, standing] : now) {
        const StandingRow row{
            .market = standing.market, .alarm = standing.alarm, .text = standing.text
        };
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
        const bool alarm = key.rule == watch_key(WatchRule::kMarketAlarm, key.market).rule;
        const std::string what = alarm ? "alarms" : "news";
        const DroppedNewsRow* row = (alarm ? dropped_alarms_ : dropped_news_).find(key.market);
        return row == nullptr
                   ? "no " + what + " are dropped"
                   : std::to_string(row->count) + " more " + what + " of market \"" +
                         protocols_.label(key.market).name + "\" are told by the log alone (" +
                         (alarm ? "market_alarm" : "market_news") + "): alerts are given for " +
                         std::to_string(kMostNews) + " at a time of each market";
    }
    if (const StandingRow* row = standings_.find(key.part)) {
        return row->text;
    }
    const NewsRow* row = news_.find(key.part);
    return row == nullptr ? "it was told" : row->text;
}

}  // namespace faultline::engine
