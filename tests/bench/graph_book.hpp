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
#include <faultline/core/protocol/protocol.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// A market of nothing but accounts and their legs, to keep a graph of.
namespace faultline::graph {

inline constexpr std::uint16_t kParts = 40;

struct AccountKey {
    Address account;
    auto operator<=>(const AccountKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.account); }
};

struct HeldLeg {
    std::uint8_t part = 0;
    bool debt = false;
    std::uint64_t units = 0;
    bool operator==(const HeldLeg&) const = default;

    auto fields(this auto& self) { return std::tie(self.part, self.debt, self.units); }
};

struct AccountRow {
    std::vector<HeldLeg> legs;
    bool operator==(const AccountRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.legs); }
};

inline Hash32 part_of(std::uint8_t number) {
    Hash32 part;
    part.bytes.back() = number;
    return part;
}

inline Address address_of(std::uint8_t kind, std::uint64_t number) {
    Address out;
    const auto word = wrapping_mul(U256(number + 1), U256(0x9e3779b97f4a7c15ULL)).to_be_bytes();
    std::copy_n(word.end() - 16, 16, out.bytes.begin() + 4);
    out.bytes[0] = kind;
    return out;
}

inline protocol::Leg leg_of(const HeldLeg& held) {
    return {
        .part = part_of(held.part),
        .side = held.debt ? protocol::LegSide::kDebt : protocol::LegSide::kCollateral,
        .units = U256(held.units)
    };
}

/// Accounts and nothing else.
class Book final : public engine::FakeProtocol {
  public:
    static constexpr ledger::TableId kTable = 0x0f01;

    Book(
        ledger::Ledger& ledger, std::vector<protocol::MarketLabel> labels, protocol::MarketId first
    )
        : FakeProtocol(std::make_shared<engine::Script>(), std::move(labels), first),
          rows(ledger, kTable) {}

    void put(std::uint64_t number, AccountRow row) {
        const AccountKey key{address_of(1, number)};
        if (const auto before = rows.find(key); before != nullptr) {
            count(*before, true);
        }
        count(row, false);
        rows.put(key, std::move(row));
    }

    /// One leg of an account is another from now on.
    void nudge(std::uint64_t number) {
        AccountRow row = *rows.find({address_of(1, number)});
        ++row.legs.front().units;
        put(number, std::move(row));
    }

    [[nodiscard]] protocol::MarketExposure exposure(protocol::MarketId /*market*/, protocol::At at)
        const override {
        protocol::MarketExposure out;
        out.contract = address_of(2, 0);
        out.oracle = address_of(3, 0);
        for (std::uint8_t i = 0; i < kParts; ++i) {
            protocol::PartExposure one;
            one.part = part_of(i);
            one.claims = side(i, false, at.number);
            one.owed = side(i, true, at.number);
            one.receipt = address_of(4, i);
            one.available = one.claims.total_units;
            out.parts.push_back(one);
        }
        return out;
    }

    [[nodiscard]] std::vector<protocol::Leg> legs(
        protocol::MarketId /*market*/, const protocol::Holder& holder
    ) const override {
        std::vector<protocol::Leg> out;
        if (const auto row = rows.find({holder.account}); row != nullptr) {
            std::ranges::transform(row->legs, std::back_inserter(out), leg_of);
        }
        return out;
    }

    void each_leg(protocol::MarketId /*market*/, const protocol::LegVisit& visit) const override {
        rows.for_each_unordered([&](const AccountKey& key, const AccountRow& row) {
            for (const HeldLeg& held : row.legs) {
                visit({.account = key.account, .part = {}}, leg_of(held));
            }
        });
    }

    [[nodiscard]] std::optional<std::pair<protocol::MarketId, protocol::Holder>> legs_told_by(
        ledger::TableId table, BytesView key
    ) const override {
        if (table != kTable) {
            return std::nullopt;
        }
        const auto decoded = ledger::decode<AccountKey>(key);
        return std::pair(first_market(), protocol::Holder{.account = decoded->account, .part = {}});
    }

    ledger::Table<AccountKey, AccountRow> rows;

  private:
    void count(const AccountRow& row, bool away) {
        for (const HeldLeg& held : row.legs) {
            U256& total = totals_[held.part][held.debt ? 1 : 0];
            total = away ? wrapping_sub(total, U256(held.units))
                         : wrapping_add(total, U256(held.units));
        }
    }

    [[nodiscard]] protocol::PartSide side(std::uint8_t part, bool debts, std::uint64_t block)
        const {
        protocol::PartSide out;
        out.token = address_of(5, part);
        out.decimals = 6;
        // Interest moves every scale in every block.
        out.scale = {
            .factor = U256(1'000'000 + block),
            .unit = U256(1'000'000),
            .direction = protocol::Direction::kDown
        };
        out.total_units = Figure<U256>::of(totals_[part][debts ? 1 : 0]);
        out.price =
            Figure<protocol::UnitPrice>::of({.price = U256(100'000'000), .unit = U256(1'000'000)});
        return out;
    }

    std::array<std::array<U256, 2>, kParts> totals_;
};

class BookDeployment final : public protocol::Deployment {
  public:
    [[nodiscard]] std::string_view name(std::size_t /*place*/) const override { return "book"; }

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] eth::LogFilter wanted_logs() const override { return {}; }

    [[nodiscard]] std::unique_ptr<protocol::Protocol> open(
        ledger::Ledger& ledger,
        protocol::Quarantine& /*quarantine*/,
        protocol::MarketId first_market
    ) const override {
        return std::make_unique<Book>(ledger, labels_, first_market);
    }

  private:
    std::vector<protocol::MarketLabel> labels_{
        {.name = "book", .contracts = "book", .deployed_at = std::nullopt}
    };
};

}  // namespace faultline::graph
