// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::alerts {

/// What happened to an alert.
///  - pending: the condition holds, but not yet for long enough. Not delivered unless asked for.
///  - firing, resolved: as in Prometheus.
///  - retracted: the block that carried an earlier transition was orphaned; `retracts` says which
///    transition is taken back. A retracted firing is over; a retracted resolve is firing again.
enum class Kind : std::uint8_t {
    kPending,
    kFiring,
    kResolved,
    kRetracted
};

constexpr Kind last_of(Kind /*of*/) noexcept {
    return Kind::kRetracted;
}

/// "pending", "firing", "resolved", "retracted".
std::string_view kind_name(Kind kind) noexcept;

/// One of the largest things that the figure of an alert is made of.
struct Contributor {
    /// "path": from who depends to what on. "holder": has that much. "position": adds that much.
    /// "collateral", "supplied", "debt": of the position that the alert is about. "left",
    /// "borrowed", "liquidated": moved that much within the window.
    std::string is;
    std::vector<std::string> path;  ///< Ids of nodes, "token:0x…"; of a path all its steps.
    std::string unit;               ///< "USD", or what the market values in.
    std::string value;              ///< Decimal text.
    bool operator==(const Contributor&) const = default;

    auto fields(this auto& self) { return std::tie(self.is, self.path, self.unit, self.value); }
};

/// For how long a price that an alert was judged by has been the same.
struct PriceAge {
    std::string protocol;
    std::string market;
    std::string of;                 ///< "token:0x…", or "part:ETH-A" where no row tells the token.
    std::uint64_t unchanged_s = 0;  ///< From the block that first had it to the alert's block.
    bool operator==(const PriceAge&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.protocol, self.market, self.of, self.unchanged_s);
    }
};

/// Whether a firing that was told before has something new to tell.
enum class News : std::uint8_t {
    kNone,
    kNew,       ///< Something happened in `block` that made the alert fire, were it not firing.
    kTakenBack  ///< The block with that was orphaned; the alert fires on.
};

/// One delivered fact about one alert. Self-contained: what a receiver shows comes from here.
/// Deterministic: the same blocks and configuration give byte-equal transitions, keys included.
struct Transition {
    std::string
        fingerprint;  ///< Stable name of the alert: rule and labels, "a1b2…" (16 hex digits).
    std::string
        episode;  ///< eth::BlockRef::tag() of the block in which the condition began to hold.
    Kind kind = Kind::kFiring;
    /// kRetracted: the transition that is taken back. kResolved: kFiring, or kPending when the
    /// condition lapsed before it fired (receivers that were not sent the pending get neither).
    Kind retracts = Kind::kFiring;
    eth::BlockRef block;  ///< The block whose application (or loss) caused it.
    std::uint64_t block_timestamp_s = 0;
    /// How often this very block was applied and orphaned before: 0 unless the chain flipped back.
    std::uint32_t occurrence = 0;
    rules::Severity severity = rules::Severity::kWarning;
    std::string rule;
    std::string summary;                        ///< One sentence with figure and threshold.
    std::map<std::string, std::string> labels;  ///< chain, protocol, market, account, ...
    std::map<std::string, std::string>
        figures;  ///< Exact integers as decimal text, name with unit.
    /// Signals that the figure was made from, as they were: "price{token=...}" -> "0.981".
    std::map<std::string, std::string> inputs;
    /// Of kFiring, and of its retraction: the largest first; empty where the figure is no sum.
    std::vector<Contributor> contributors;
    std::vector<PriceAge> price_ages;  ///< Of the same: of the tokens that it is about.
    std::uint64_t since_s = 0;  ///< Timestamp of the block in which the condition began to hold.
    /// Of kFiring: it was told before, and still fires. Of kRetracted: such a one is taken back.
    bool repeated = false;
    News news = News::kNone;  ///< Of those that are `repeated`.
    std::string runbook;      ///< A link, or empty.
    std::string group;        ///< Alerts of a group are told together; may be empty.
    eth::Evidence evidence;
    /// Receivers hear of it when `block` is that final; never, when the block is orphaned before.
    eth::Finality wait_for = eth::Finality::kLatest;

    /// "fingerprint/episode/transition", the transition being "<kind>@<block tag>"; for a
    /// retraction "retracted-<retracts>@<block tag>", for news that are taken back
    /// "retracted-news@<block tag>"; ".<occurrence>" follows when it is not 0.
    /// Unique per fact and the same for ever. Printable ASCII without spaces: fit for a header.
    [[nodiscard]] std::string key() const;

    bool operator==(const Transition&) const = default;
};

/// Whether it takes back that an alert still fires. Nobody hears of that, since the alert fired
/// before the orphaned block and still does; but what waits for that block's finality waits no
/// longer.
bool takes_back_repeat(const Transition& transition) noexcept;

/// Outbox row codec. One encoding per transition: bytes that decode are what encode writes; all
/// others are kCorrupt.
Bytes encode(const Transition& transition);
Result<Transition> decode_transition(BytesView bytes);

}  // namespace faultline::alerts
