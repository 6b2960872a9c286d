// SPDX-License-Identifier: Apache-2.0
// What a protocol says against what modelled contracts answer.
#pragma once

#include "property/life_tally.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/view.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace faultline::tests {

/// What may be left out depends on it.
enum class Followed : std::uint8_t {
    kFromStart,  ///< Every block of the chain as it came.
    kLater,      ///< What logs do not tell had to be read.
};

template <class World>
class ModelComparison {
  public:
    ModelComparison(
        const World& world,
        const protocol::Protocol& protocol,
        const eth::Header& header,
        LifeTally& tally,
        Followed followed
    )
        : world_(world),
          protocol_(protocol),
          at_{.number = header.ref.number, .timestamp = header.timestamp},
          tally_(tally),
          followed_(followed) {}

    void compare_views(const std::vector<ViewCall>& calls) {
        const auto views = protocol_.views(at_, protocol::Trust::kWithhold);
        for (const ViewCall& call : calls) {
            compare(call, views->answer(call.read));
        }
    }

    /// Health of every position, and who is indebted, of so many markets.
    void compare_positions(protocol::MarketId first_market, std::size_t markets) {
        std::map<protocol::MarketId, std::set<protocol::Holder>> expected;
        for (const ModelPosition& position : world_.positions()) {
            const auto market = static_cast<protocol::MarketId>(first_market + position.market);
            compare(position, *protocol_.health(market, at_));
            if (position.indebted) {
                expected[market].insert(position.holder);
            }
        }
        for (std::size_t place = 0; place < markets; ++place) {
            const auto market = static_cast<protocol::MarketId>(first_market + place);
            std::set<protocol::Holder> indebted;
            bool once = true;
            protocol_.health(market, at_)
                ->each_indebted([&](const protocol::Holder& holder,
                                    const Figure<protocol::PositionHealth>&) {
                    once &= indebted.insert(holder).second;
                });
            const bool all = once && indebted == expected[market];
            CHECK(all);
        }
    }

  private:
    using Ours = std::optional<Figure<protocol::ViewFigure>>;

    void compare(const ViewCall& call, const Ours& ours) {
        const auto truth = world_.answer(call.read);
        REQUIRE(truth.has_value());
        const auto compared =
            ours ? protocol::compare(*ours, *truth) : protocol::Compared::kLeftOut;
        if (compared == protocol::Compared::kEqual && tells_enough(call, ours->value)) {
            ++tally_.equal;
            ++tally_.views[call.label];
            return;
        }
        if (compared == protocol::Compared::kLeftOut) {
            ++tally_.left_out[call.label + ": " + (ours ? ours->reason : "not ours")];
            if (may_lack(call.optional, call.late, ours)) {
                return;
            }
        }
        ++tally_.different;
        FAIL_CHECK(
            call.label << " " << text_of(call.read) << "\n expected "
                       << protocol::text_of(*truth, ours && ours->value.array) << "\n ours     "
                       << text_of(ours)
        );
    }

    void compare(const ModelPosition& position, const protocol::Health& health) {
        const protocol::Holder& holder = position.holder;
        const auto figure = health.of(holder);
        INFO(
            "holder " << holder.account.hex() << " part " << holder.part.hex() << " health "
                      << figure.value.health_factor_wad.to_string() << figure.reason
        );
        CHECK(health.has_debt(holder) == position.indebted);
        const bool told = figure.ok() || !position.priced || (position.late && later());
        CHECK(told);
        if (figure.ok() && position.liquidatable) {
            const bool below = int_of(figure.value.health_factor_wad) < ten_to(18);
            CHECK(below == *position.liquidatable);
        }
        ++tally_.positions;
    }

    [[nodiscard]] bool later() const { return followed_ == Followed::kLater; }

    /// That a view reverts is a claim like any other.
    [[nodiscard]] bool may_lack(bool optional, bool late, const Ours& ours) const {
        const bool claimed = ours && ours->status == FigureStatus::kError;
        return (optional || (late && later())) && !claimed;
    }

    static std::string text_of(const Ours& ours) {
        if (!ours) {
            return "not ours";
        }
        return ours->ok() ? protocol::text_of(ours->value)
                          : std::string(figure_status_name(ours->status)) + " " + ours->reason;
    }

    static std::string text_of(const eth::Read& read) {
        std::string out = read.to.hex();
        for (std::size_t at = 4; at + 32 <= read.data.size(); at += 32) {
            out += " " + int_of(BytesView(read.data).subspan(at, 32)).str();
        }
        return out;
    }

    static bool tells_enough(const ViewCall& call, const protocol::ViewFigure& ours) {
        for (std::size_t i = 0; i < ours.words.size(); ++i) {
            if (!ours.words[i] && std::ranges::find(call.untold, i) == call.untold.end()) {
                return false;
            }
        }
        return true;
    }

    const World& world_;
    const protocol::Protocol& protocol_;
    protocol::At at_;
    LifeTally& tally_;
    Followed followed_;
};

}  // namespace faultline::tests
