// SPDX-License-Identifier: Apache-2.0
// What keeping the exposure graph current costs: accounts of 2.5 legs in a market of 40 parts, of
// which some change in each block. Prints the scan that begins it, CPU time of a block, memory, and
// how they grow from a tenth of the accounts. Then a block's time by how many edges change in it:
// of a tenth of the accounts, of all, and with ten times as many of them told apart.
// usage: live_graph [ACCOUNTS=1000000] [CHANGED=200] [BLOCKS=300]
#include "bench/cpu_seconds.hpp"
#include "bench/graph_book.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/protocols.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <memory>
#include <random>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::size_t kTopHolders = 20;

struct Cost {
    double scan_s = 0;
    double block_us = 0;
    double undo_us = 0;
    std::size_t legs = 0;
    std::size_t edges = 0;
    double bytes = 0;
    double changed_edges = 0;  ///< A block.
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
        const auto graph = begun(kTopHolders, cost);
        double spent = 0;
        double undone = 0;
        for (std::uint64_t i = 0; i < blocks; ++i) {
            for (std::uint64_t n = 0; n < changed; ++n) {
                book().put(random_() % accounts_, draw());
            }
            double start = bench::cpu_seconds();
            graph->update(block(2 + i));
            spent += bench::cpu_seconds() - start;
            const auto changes = ledger_.seal();
            if (i % 10 == 9) {
                // Totals are the book's own and stay; they are no figure here.
                start = bench::cpu_seconds();
                graph->undone(*ledger_.undo(changes));
                undone += bench::cpu_seconds() - start;
            }
        }
        cost.block_us = 1e6 * spent / static_cast<double>(blocks);
        cost.undo_us = 1e7 * undone / static_cast<double>(blocks);
        return cost;
    }

    /// The cost of blocks in which so many accounts that are nodes change one leg each, for each
    /// number of them.
    std::vector<Cost> measure_edges(
        std::size_t top_holders, std::span<const std::uint64_t> changed, std::uint64_t blocks
    ) {
        Cost whole;
        const auto graph = begun(top_holders, whole);
        const std::vector<std::uint64_t> nodes = nodes_of(*graph);
        std::vector<Cost> out;
        std::uint64_t number = 2;
        for (const std::uint64_t of_block : changed) {
            Cost& cost = out.emplace_back(whole);
            for (std::uint64_t i = 0; i < blocks; ++i) {
                for (std::uint64_t n = 0; n < of_block; ++n) {
                    book().nudge(nodes[random_() % nodes.size()]);
                }
                const double start = bench::cpu_seconds();
                graph->update(block(number++));
                cost.block_us += 1e6 * (bench::cpu_seconds() - start);
                cost.changed_edges += edges_among(ledger_.seal());
            }
            cost.block_us /= static_cast<double>(blocks);
            cost.changed_edges /= static_cast<double>(blocks);
        }
        return out;
    }

  private:
    std::unique_ptr<ExposureGraph> begun(std::size_t top_holders, Cost& cost) {
        cost.legs = legs_;
        const double before = heap_bytes();
        auto out = std::make_unique<ExposureGraph>(
            ledger_,
            protocols_,
            GraphOptions{
                .chain = "bench",
                .top_holders = top_holders,
                .wrapped_coin = {},
                .pinned = {},
                .labelled_wraps = {}
            }
        );
        const double start = bench::cpu_seconds();
        out->update(block(1));
        cost.scan_s = bench::cpu_seconds() - start;
        static_cast<void>(ledger_.seal());
        cost.bytes = heap_bytes() - before;
        cost.edges = out->tables().edges.size();
        return out;
    }

    /// The accounts that are nodes, by number.
    [[nodiscard]] std::vector<std::uint64_t> nodes_of(const ExposureGraph& graph) const {
        std::set<NodeKey> keys;
        graph.tables().edges.for_each_unordered([&keys](const EdgeKey& key, const EdgeRow&) {
            keys.insert(key.from);
            keys.insert(key.to);
        });
        std::vector<std::uint64_t> out;
        for (std::uint64_t n = 0; n < accounts_; ++n) {
            if (keys.contains(NodeKey::of(NodeKind::kAccount, address_of(1, n)))) {
                out.push_back(n);
            }
        }
        return out;
    }

    static double edges_among(const std::vector<ledger::RowChange>& changes) {
        return static_cast<double>(std::ranges::count_if(changes, [](const auto& change) {
            return change.table == Tables::kFirst + 1;
        }));
    }

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

void print_by_changes(std::uint64_t accounts, std::size_t top_holders, std::uint64_t blocks) {
    constexpr std::array<std::uint64_t, 5> kChanged{0, 1, 10, 100, 1000};
    const std::vector<Cost> costs = Run(accounts).measure_edges(top_holders, kChanged, blocks);
    std::printf(
        "%9llu accounts, %3zu of each part told apart, %6zu edges of %.0f bytes:",
        static_cast<unsigned long long>(accounts),
        top_holders,
        costs.front().edges,
        costs.front().bytes / static_cast<double>(costs.front().edges)
    );
    for (const Cost& cost : costs) {
        std::printf(" %.1f in %.0f us,", cost.changed_edges, cost.block_us);
    }
    const Cost& most = costs.back();
    const double of_edges = most.block_us - costs.front().block_us;
    std::printf(" %.2f us an edge\n", of_edges / most.changed_edges);
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
    std::printf("time of a block by how many edges change in it\n");
    print_by_changes(accounts / 10, kTopHolders, blocks);
    print_by_changes(accounts, kTopHolders, blocks);
    print_by_changes(accounts, 10 * kTopHolders, blocks);
}
