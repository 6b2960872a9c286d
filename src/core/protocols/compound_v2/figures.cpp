// SPDX-License-Identifier: Apache-2.0
// What the rows of the markets say, for everything above.
#include "core/protocols/compound_v2/health.hpp"
#include "core/protocols/compound_v2/markets.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "core/protocols/compound_v2/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {

void AccountHealth::each_indebted(const Visit& visit) const {
    tables_.accounts.for_each_unordered([&](const AccountKey& key, const AccountRow&) {
        if (key.market == market_ && valuation_.has_debt(key.account)) {
            visit({.account = key.account, .part = {}}, valuation_.health(key.account));
        }
    });
}

Figure<bool> Markets::usable(MarketId market) const {
    const MarketRow of = row(market);
    const protocol::At last{.number = of.read_block, .timestamp = {}};
    Figure<bool> can = Valuation(tables_, market, last, protocol::Trust::kWithhold).usable();
    if (can.ok() && of.read_block == 0) {
        return Figure<bool>::without(FigureStatus::kNoData, "no prices were read yet");
    }
    return can;
}

std::string Markets::degraded(MarketId market) const {
    return row(market).degraded;
}

void Markets::give_up(MarketId market, const std::string& why) {
    tables_.markets.update({market}, [&](MarketRow& of) { of.degraded = why; });
}

std::unique_ptr<protocol::Health> Markets::health(MarketId market, protocol::At at) const {
    return std::make_unique<AccountHealth>(tables_, market, at);
}

std::unique_ptr<protocol::Views> Markets::views(protocol::At at, protocol::Trust trust) const {
    std::vector<MarketViews> all;
    all.reserve(configs_.size());
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        all.emplace_back(tables_, market_at(i), configs_[i].comptroller, at, trust);
    }
    return std::make_unique<Views>(std::move(all));
}

std::optional<std::string> Markets::call_name(BytesView call_data) const {
    const KnownView* known = find_view(call_data);
    return known == nullptr ? std::nullopt : std::optional(std::string(known->signature));
}

std::vector<protocol::BrokenLaw> Markets::broken_laws() const {
    std::vector<protocol::BrokenLaw> broken;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
        const MarketId market = market_at(i);
        const MarketRow* found = tables_.markets.find({market});
        if (found == nullptr) {
            continue;
        }
        for (const Address& ctoken : found->ctokens) {
            const CTokenRow& of = *tables_.ctokens.find({.market = market, .ctoken = ctoken});
            if (!of.unread && of.held != of.total_supply) {
                broken.push_back(
                    {.market = market,
                     .law = "cToken supply = sum of balances",
                     .text = "cToken " + ctoken.hex() + " has a supply of " +
                             of.total_supply.to_string() + ", and accounts hold " +
                             of.held.to_string()}
                );
            }
        }
    }
    return broken;
}

protocol::Counts Markets::counts() const {
    return {.holders = tables_.accounts.size(), .positions = tables_.positions.size()};
}

std::size_t Markets::holders(MarketId market) const {
    return static_cast<std::size_t>(row(market).holders);
}

void Markets::each_holder(
    MarketId market, const std::function<void(const protocol::Holder&)>& visit
) const {
    tables_.accounts.for_each_unordered([&](const AccountKey& key, const AccountRow&) {
        if (key.market == market) {
            visit({.account = key.account, .part = {}});
        }
    });
}

std::vector<protocol::Holder> Markets::holders_after(
    MarketId market, const std::optional<protocol::Holder>& after, std::size_t limit
) const {
    std::vector<protocol::Holder> all;
    each_holder(market, [&](const protocol::Holder& holder) {
        if (!after || holder > *after) {
            all.push_back(holder);
        }
    });
    const std::size_t count = std::min(limit, all.size());
    std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(count));
    all.resize(count);
    return all;
}

bool Markets::figures_of(MarketId market, eth::BlockNum number) const {
    const MarketRow of = row(market);
    return of.read_block == number && number != 0;
}

std::vector<protocol::Holder> Markets::holders_of(MarketId market, const Address& account) const {
    return tables_.accounts.contains({.market = market, .account = account})
               ? std::vector<protocol::Holder>{{.account = account, .part = {}}}
               : std::vector<protocol::Holder>{};
}

}  // namespace faultline::compound_v2
