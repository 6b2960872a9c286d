// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/sum.hpp>
#include <faultline/core/network/weekly_flow.hpp>

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

Day week_of(const Observation& seen) {
    const std::int64_t days = seen.at / kSecondsOfDay - (seen.at % kSecondsOfDay < 0 ? 1 : 0);
    return Day{.since_1970 = static_cast<std::int32_t>(days)}.monday();
}

/// An observation with its week, so that sorting computes none.
struct Placed {
    Day week;
    const Observation* seen = nullptr;

    [[nodiscard]] auto holding() const {
        return std::tie(week, seen->holder, seen->chain, seen->token);
    }
};

std::string described(const Observation& seen) {
    return seen.token + " that " + seen.holder.value_or("null") + " holds on " + seen.chain;
}

Result<std::vector<Placed>> placed_in_order(std::span<const Observation> observations) {
    std::vector<Placed> out;
    out.reserve(observations.size());
    for (const Observation& seen : observations) {
        if (!std::isfinite(seen.value_usd)) {
            return Error(Code::kInvalid, "weekly flows: " + described(seen) + " has no value")
                .advise("leave out observations without one");
        }
        out.push_back({.week = week_of(seen), .seen = &seen});
    }
    // By address last: observations lie in the order given.
    std::ranges::sort(out, [](const Placed& a, const Placed& b) {
        const auto order = a.holding() <=> b.holding();
        return order != 0 ? order < 0 : std::tie(a.seen->at, a.seen) < std::tie(b.seen->at, b.seen);
    });
    return out;
}

using ByToken = std::map<std::string_view, Sum>;

/// One week while its holdings are added.
class Week {
  public:
    explicit Week(Day monday) : monday_(monday) {}

    void add(const Observation& first, const Observation& last) {
        Holder& holder = holders_[first.holder];
        holder.size.add(first.value_usd);
        holder.composition[first.token].add(first.value_usd);
        holders_.try_emplace(first.issuer);
        const double change = last.value_usd - first.value_usd;
        // To the issuer when the holding shrinks; positive means from the lesser id to the greater.
        const bool from_holder = change < 0;
        const bool ascending =
            from_holder ? first.holder <= first.issuer : first.issuer <= first.holder;
        const auto& [low, high] = std::minmax(first.holder, first.issuer);
        pairs_[{low, high}][first.token].add(ascending ? std::abs(change) : -std::abs(change));
    }

    [[nodiscard]] Snapshot snapshot() const {
        Snapshot out{.date = monday_, .nodes = {}, .links = {}};
        for (const auto& [id, holder] : holders_) {
            out.nodes.push_back({
                .id = id,
                .size = holder.size.value(),
                .composition = values_of(holder.composition, 1),
            });
        }
        for (const auto& [pair, tokens] : pairs_) {
            out.links.push_back(netted(pair.first, pair.second, tokens));
        }
        return out;
    }

  private:
    struct Holder {
        Sum size;
        ByToken composition;
    };

    static std::vector<TokenValue> values_of(const ByToken& tokens, double sign) {
        std::vector<TokenValue> out;
        out.reserve(tokens.size());
        for (const auto& [token, sum] : tokens) {
            const double value = sign * sum.value();
            out.push_back({.token = std::string(token), .value_usd = value == 0 ? 0 : value});
        }
        return out;
    }

    static SnapshotLink netted(
        const SnapshotId& low, const SnapshotId& high, const ByToken& tokens
    ) {
        Sum net;
        for (const auto& [token, sum] : tokens) {
            net.add(sum.value());
        }
        const bool backwards = net.value() < 0;
        return {
            .source = backwards ? high : low,
            .target = backwards ? low : high,
            .size = std::abs(net.value()),
            .composition = values_of(tokens, backwards ? -1 : 1),
        };
    }

    Day monday_;
    std::map<SnapshotId, Holder> holders_;
    std::map<std::pair<SnapshotId, SnapshotId>, ByToken> pairs_;
};

}  // namespace

Result<std::vector<Snapshot>> weekly_flows(std::span<const Observation> observations) {
    FAULTLINE_TRY(const std::vector<Placed> placed, placed_in_order(observations));
    std::vector<Snapshot> out;
    for (auto from = placed.begin(); from != placed.end();) {
        const auto week_end = std::find_if(from, placed.end(), [from](const Placed& one) {
            return one.week != from->week;
        });
        Week week(from->week);
        while (from != week_end) {
            const auto end = std::find_if(from, week_end, [from](const Placed& one) {
                return one.holding() != from->holding();
            });
            const bool one_issuer = std::all_of(from, end, [from](const Placed& one) {
                return one.seen->issuer == from->seen->issuer;
            });
            if (!one_issuer) {
                return Error(
                           Code::kInvalid,
                           "weekly flows: the issuer of " + described(*from->seen) +
                               " changes in the week of " + from->week.text()
                )
                    .advise("map each token to one issuer");
            }
            week.add(*from->seen, *std::prev(end)->seen);
            from = end;
        }
        out.push_back(week.snapshot());
    }
    return out;
}

}  // namespace faultline::network
