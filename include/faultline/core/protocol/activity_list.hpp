// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/told_event.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace faultline::protocol {

/// amount × price / unit in currency of so many decimals, rounded down as UnitPrice says.
Figure<Decimal> value_at(const Figure<UnitPrice>& price, const U256& amount, unsigned decimals);

/// Where an activity was logged.
struct ActivityPlace {
    MarketId market = 0;
    const std::string& market_name;
    const eth::Log& log;
};

/// The activities of one block, in log order: taken from logs before they are folded, as rows know
/// then what a parameter was, and valued when the block's prices are there.
class ActivityList {
  public:
    /// What an amount is worth in the market's BaseCurrency; `of` is what it was added with.
    using Value =
        std::function<Figure<Decimal>(MarketId market, const Address& of, const U256& amount)>;

    /// The block outlives it; of one that is not live nothing is taken, unless it `tells_history`.
    ActivityList(const eth::Block& block, bool tells_history)
        : block_(block), takes_(block.live || tells_history) {}

    [[nodiscard]] bool takes() const noexcept { return takes_; }

    /// The log as its event tells it, followed by `more` ("; ltv was 75 %"). A log of an event that
    /// is `folded` and does not decode is the fold's to report; of any other it is an anomaly.
    void add(
        const ActivityPlace& place,
        const ToldEvent& event,
        bool folded,
        const std::string& more = {}
    );
    /// An activity that says itself what it is; `amount` of `of` is valued unless it is 0.
    void add(
        const ActivityPlace& place,
        Activity activity,
        const std::string& text,
        const Address& of,
        const U256& amount
    );
    /// One whose value is known.
    void add_valued(const ActivityPlace& place, Activity activity, const std::string& text);

    /// Moves all of them to `incidents`, in the order of their logs.
    void tell(const Value& value, std::vector<Incident>& incidents);

  private:
    struct Entry {
        Incident incident;
        std::uint32_t log_index = 0;
        Address of;
        U256 amount;
    };

    [[nodiscard]] std::string text_of(const ActivityPlace& place, const std::string& what) const;
    void keep(const ActivityPlace& place, Incident incident, const Address& of, const U256& amount);

    const eth::Block& block_;
    bool takes_;
    std::vector<Entry> entries_;
};

}  // namespace faultline::protocol
