// SPDX-License-Identifier: Apache-2.0
// What keeping the exposure graph current costs: accounts of 2.5 legs in a market of 40 parts, of
// which some change in each block. Prints the scan that begins it, CPU time of a block, memory, and
// how they grow from a tenth of the accounts.
// usage: live_graph [ACCOUNTS=1000000] [CHANGED=200] [BLOCKS=300]
#include "bench/cpu_seconds.hpp"
#include "unit/engine/fake_protocol.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <memory>
#include <random>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::uint16_t kParts = 40;

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

Hash32 part_of(std::uint8_t number) {
    Hash32 part;
    part.bytes.back() = number;
    return part;
}

Address address_of(std::uint8_t kind, std::uint64_t number) {
    Address out;
    const auto word = wrapping_mul(U256(number + 1), U256(0x9e3779b97f4a7c15ULL)).to_be_bytes();
    std::copy_n(word.end() - 16, 16, out.bytes.begin() + 4);
    out.bytes[0] = kind;
    return out;
}

protocol::Leg leg_of(const HeldLeg& held) {
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

struct Cost {
    double scan_s = 0;
    double block_us = 0;
    double undo_us = 0;
    std::size_t legs = 0;
    std::size_t edges = 0;
    double bytes = 0;
};

double heap_bytes() {
    return static_cast<double>(::mallinfo2().uordblks);
}

class Run {
  public:
    explicit Run(std::uint64_t accounts) : accounts_(accounts) {
        constexpr std::uint64_t kPerBlock = 500;  // Few enough to leave no large journal behind.
        for (std::uint64_t n = 0; n < accounts; ++n) {
            book().put(n, draw());
            if (n % kPerBlock == 0) {
                static_cast<void>(ledger_.seal());
            }
        }
        static_cast<void>(ledger_.seal());
    }

    Cost measure(std::uint64_t changed, std::uint64_t blocks) {
        Cost cost;
        cost.legs = legs_;
        const double before = heap_bytes();
        ExposureGraph graph(
            ledger_,
            protocols_,
            {.chain = "bench", .top_holders = 20, .wrapped_coin = {}, .pinned = {}}
        );
        double start = bench::cpu_seconds();
        graph.update(block(1));
        cost.scan_s = bench::cpu_seconds() - start;
        static_cast<void>(ledger_.seal());
        cost.bytes = heap_bytes() - before;
        cost.edges = graph.tables().edges.size();
        double spent = 0;
        double undone = 0;
        for (std::uint64_t i = 0; i < blocks; ++i) {
            for (std::uint64_t n = 0; n < changed; ++n) {
                book().put(random_() % accounts_, draw());
            }
            start = bench::cpu_seconds();
            graph.update(block(2 + i));
            spent += bench::cpu_seconds() - start;
            const auto changes = ledger_.seal();
            if (i % 10 == 9) {
                // Totals are the book's own and stay; they are no figure here.
                start = bench::cpu_seconds();
                graph.undone(*ledger_.undo(changes));
                undone += bench::cpu_seconds() - start;
            }
        }
        cost.block_us = 1e6 * spent / static_cast<double>(blocks);
        cost.undo_us = 1e7 * undone / static_cast<double>(blocks);
        return cost;
    }

  private:
    Book& book() { return dynamic_cast<Book&>(protocols_.of(0)); }

    static eth::Block block(std::uint64_t number) {
        eth::Block out;
        out.header.ref.number = number;
        out.header.timestamp.value = 12 * number;
        return out;
    }

    /// One to four legs, of sizes over six orders of magnitude.
    AccountRow draw() {
        AccountRow row;
        const std::uint64_t count = 1 + (random_() % 4);
        for (std::uint64_t i = 0; i < count; ++i) {
            HeldLeg held;
            held.part = static_cast<std::uint8_t>((10 * i) + (random_() % 10));
            held.debt = i > 1;
            held.units = std::uint64_t{1'000'000} << (random_() % 20);
            held.units += random_() % held.units;
            row.legs.push_back(held);
        }
        legs_ += count;
        return row;
    }

    std::uint64_t accounts_;
    std::size_t legs_ = 0;
    std::mt19937_64 random_{1};
    ledger::Ledger ledger_;
    protocol::Protocols protocols_{ledger_, {std::make_shared<BookDeployment>()}};
};

void print(std::uint64_t accounts, const Cost& cost) {
    std::printf(
        "%9llu accounts, %9zu legs: scan %7.3f s, block %8.1f us, undo %8.1f us, %zu edges, "
        "%.1f MB (%.1f bytes a leg, %.0f an edge)\n",
        static_cast<unsigned long long>(accounts),
        cost.legs,
        cost.scan_s,
        cost.block_us,
        cost.undo_us,
        cost.edges,
        cost.bytes * 1e-6,
        cost.bytes / static_cast<double>(cost.legs),
        cost.bytes / static_cast<double>(cost.edges)
    );
}

}  // namespace
}  // namespace faultline::graph

int main(int argc, char** argv) {
    using namespace faultline::graph;
    const auto argument = [&](int place, std::uint64_t otherwise) {
        return argc > place ? std::strtoull(argv[place], nullptr, 10) : otherwise;
    };
    const std::uint64_t accounts = argument(1, 1'000'000);
    const std::uint64_t changed = argument(2, 200);
    const std::uint64_t blocks = argument(3, 300);
    std::printf("%llu accounts change in a block\n", static_cast<unsigned long long>(changed));
    const Cost small = Run(accounts / 10).measure(changed, blocks);
    print(accounts / 10, small);
    const Cost large = Run(accounts).measure(changed, blocks);
    print(accounts, large);
    std::printf(
        "growth exponent from 10x: block %.3f, scan %.3f\n",
        std::log10(large.block_us / small.block_us),
        std::log10(large.scan_s / small.scan_s)
    );
}
