// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/engine/fake_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/view.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// A protocol whose rows are legs and nothing else: for the graph, which sees no more of any.
namespace faultline::graph {

inline Address address(std::uint8_t kind, std::uint16_t number) {
    Address out;
    out.bytes[0] = kind;
    out.bytes[18] = static_cast<std::uint8_t>(number >> 8U);
    out.bytes[19] = static_cast<std::uint8_t>(number);
    return out;
}

inline Address token(std::uint16_t number) {
    return address(0xaa, number);
}

inline Hash32 part(std::uint16_t number) {
    Hash32 out;
    out.bytes[31] = static_cast<std::uint8_t>(number);
    return out;
}

struct LegKey {
    protocol::MarketId market = 0;
    protocol::Holder holder;
    Hash32 part;
    protocol::LegSide side = protocol::LegSide::kSupplied;
    auto operator<=>(const LegKey&) const = default;

    auto fields(this auto& self) {
        return std::tie(self.market, self.holder, self.part, self.side);
    }
};

struct LegRow {
    U256 units;

    auto fields(this auto& self) { return std::tie(self.units); }
};

class LegProtocol final : public engine::FakeProtocol {
  public:
    static constexpr ledger::TableId kTable = 0x0f01;
    static constexpr std::uint16_t kParts = 3;

    LegProtocol(
        ledger::Ledger& ledger, std::vector<protocol::MarketLabel> labels, protocol::MarketId first
    )
        : FakeProtocol(std::make_shared<engine::Script>(), std::move(labels), first),
          rows(ledger, kTable) {}

    [[nodiscard]] protocol::MarketExposure exposure(protocol::MarketId market, protocol::At /*at*/)
        const override {
        protocol::MarketExposure out;
        out.contract = address(0xcc, market);
        out.oracle = address(0xdd, market);
        out.governed_by = {address(0xee, 0)};
        for (std::uint16_t i = 0; i < kParts; ++i) {
            protocol::PartExposure one;
            one.part = part(i);
            one.claims = side(market, i, false);
            one.owed = side(market, i, true);
            one.receipt = address(0xab, static_cast<std::uint16_t>((market * kParts) + i));
            one.available = one.claims.total_units;
            if (i == 0 && !disputed.empty()) {
                one.claims.token = {};
                one.claims.decimals.reset();
                one.disputed = disputed;
            }
            out.parts.push_back(one);
        }
        return out;
    }

    [[nodiscard]] protocol::BaseCurrency base_currency(protocol::MarketId market) const override {
        return market == 1 && ether_market ? protocol::BaseCurrency{.symbol = "ETH", .decimals = 8}
                                           : FakeProtocol::base_currency(market);
    }

    [[nodiscard]] std::vector<protocol::Leg> legs(
        protocol::MarketId market, const protocol::Holder& holder
    ) const override {
        std::vector<protocol::Leg> out;
        for (const LegKey& key : rows.sorted_keys()) {
            if (key.market == market && key.holder == holder) {
                out.push_back({.part = key.part, .side = key.side, .units = rows.find(key)->units});
            }
        }
        return out;
    }

    void each_leg(protocol::MarketId market, const protocol::LegVisit& visit) const override {
        rows.for_each_unordered([&](const LegKey& key, const LegRow& row) {
            if (key.market == market) {
                visit(key.holder, {.part = key.part, .side = key.side, .units = row.units});
            }
        });
    }

    [[nodiscard]] std::optional<std::pair<protocol::MarketId, protocol::Holder>> legs_told_by(
        ledger::TableId table, BytesView key
    ) const override {
        if (table != kTable) {
            return std::nullopt;
        }
        const LegKey decoded = *ledger::decode<LegKey>(key);
        return std::pair(decoded.market, decoded.holder);
    }

    ledger::Table<LegKey, LegRow> rows;
    /// Market 1 counts in ETH, of which a token 0 is worth `price` there too.
    bool ether_market = false;
    bool totals_known = true;
    std::vector<Address> disputed;  ///< What part 0 may be of; empty: it is of token(0).
    bool decimals_known = true;
    std::uint64_t price = 100'000'000;  ///< Of a whole token, 8 decimals.

  private:
    [[nodiscard]] protocol::PartSide side(
        protocol::MarketId market, std::uint16_t number, bool debts
    ) const {
        protocol::PartSide out;
        out.token = token(number);
        out.decimals = decimals_known ? std::optional<std::uint8_t>(6) : std::nullopt;
        out.scale = {.factor = U256(3), .unit = U256(2), .direction = protocol::Direction::kDown};
        U256 total;
        rows.for_each_unordered([&](const LegKey& key, const LegRow& row) {
            if (key.market == market && key.part == part(number) &&
                (key.side == protocol::LegSide::kDebt) == debts) {
                total = wrapping_add(total, row.units);
            }
        });
        out.total_units = totals_known ? Figure<U256>::of(total)
                                       : Figure<U256>::without(FigureStatus::kNoData, "hidden");
        out.price =
            Figure<protocol::UnitPrice>::of({.price = U256(price), .unit = U256(1'000'000)});
        return out;
    }
};

class LegDeployment final : public protocol::Deployment {
  public:
    [[nodiscard]] std::string_view name(std::size_t /*place*/) const override { return "legs"; }

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] eth::LogFilter wanted_logs() const override { return {}; }

    [[nodiscard]] std::unique_ptr<protocol::Protocol> open(
        ledger::Ledger& ledger,
        protocol::Quarantine& /*quarantine*/,
        protocol::MarketId first_market
    ) const override {
        return std::make_unique<LegProtocol>(ledger, labels_, first_market);
    }

  private:
    std::vector<protocol::MarketLabel> labels_{
        {.name = "one", .contracts = "one", .deployed_at = std::nullopt},
        {.name = "two", .contracts = "two", .deployed_at = std::nullopt}
    };
};

}  // namespace faultline::graph
