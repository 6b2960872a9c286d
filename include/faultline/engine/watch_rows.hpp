// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <cstdint>
#include <string>
#include <tuple>

/// What the fold keeps of alerts about markets as a whole.
namespace faultline::engine {

/// Something that a live block announced, until its alert ends.
struct NewsRow {
    protocol::MarketId market = 0;
    bool alarm = false;
    std::string text;
    UnixSeconds told_at;

    auto fields(this auto& self) {
        return std::tie(self.market, self.alarm, self.text, self.told_at);
    }
};

/// News of a market that were not kept because there were too many, until the alert about them
/// ends.
struct DroppedNewsRow {
    std::uint64_t count = 0;
    UnixSeconds last_at;

    auto fields(this auto& self) { return std::tie(self.count, self.last_at); }
};

/// What the rows of a market showed at the last live block, with an alert of its own.
struct StandingRow {
    protocol::MarketId market = 0;
    bool alarm = false;
    std::string text;
    bool operator==(const StandingRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.alarm, self.text); }
};

/// Positions of a market without figures at the last live block that valued them; gone when all
/// have some.
struct UnvaluedRow {
    std::uint64_t unvalued = 0;
    std::uint64_t of = 0;  ///< Positions with debt; all positions when nobody's debt is known.
    std::string reason;    ///< Of the first of them, in the order of holders.
    /// For how many live blocks in a row some have none, and half of them; up to what an alert
    /// takes.
    std::uint32_t some_blocks = 0;
    std::uint32_t half_blocks = 0;
    bool operator==(const UnvaluedRow&) const = default;

    [[nodiscard]] bool is_half() const noexcept { return unvalued >= of - unvalued; }

    auto fields(this auto& self) {
        return std::tie(self.unvalued, self.of, self.reason, self.some_blocks, self.half_blocks);
    }
};

/// What was last told of a standing that counts what happens while it lasts.
struct ToldStandingRow {
    std::uint64_t begun = 0;
    UnixSeconds at;

    auto fields(this auto& self) { return std::tie(self.begun, self.at); }
};

}  // namespace faultline::engine
