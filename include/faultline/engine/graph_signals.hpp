// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace faultline::engine {

/// A signal that is kept from one asking of the graph to the next.
struct GraphSignalRow {
    struct Label {
        std::string name;
        std::string value;
        bool operator==(const Label&) const = default;

        auto fields(this auto& self) { return std::tie(self.name, self.value); }
    };

    std::string name;
    std::vector<Label> labels;
    Figure<Decimal> value;
    bool operator==(const GraphSignalRow&) const = default;

    auto fields(this auto& self) { return std::tie(self.name, self.labels, self.value); }
};

/// The signals that the whole exposure graph has to be asked for: `exposure`, `concentration_*`,
/// `network_metric`.
/// Asked at every block while the graph is small and the less often the larger it is, so a block's
/// share of the cost stays the same; and when rules ask for something else. Kept as rows of the
/// ledger, so a restart or an undone block changes nothing.
class GraphSignals {
  public:
    /// At least so often, in blocks, however large the graph is.
    static constexpr std::uint64_t kEvery = 25;
    /// Pairs of one question: those of which most is proven. `exposures_left_out` counts the rest.
    static constexpr std::size_t kMostPairs = 500;

    GraphSignals(ledger::Ledger& ledger, graph::Labels labels, eth::ChainId chain);

    /// What the rules ask, from the next block on.
    void ask(const std::vector<rules::SignalRule>& rules);

    /// Accounts that the rules name.
    [[nodiscard]] std::vector<Address> accounts() const;

    /// A graph of so many edges is asked at blocks that are a multiple of this.
    static std::uint64_t interval(std::size_t edges) noexcept;

    /// At a live block, after the graph was brought to its end; `snapshot` is only made when it is
    /// asked.
    void saw(
        eth::BlockNum number, std::size_t edges, const std::function<graph::Snapshot()>& snapshot
    );

    void each(const signals::Visit& visit) const;

    /// As each(); where no block has answered yet what the rules ask, the snapshot does.
    void now(const std::function<graph::Snapshot()>& snapshot, const signals::Visit& visit) const;

    /// The graph as rules read it.
    [[nodiscard]] graph::Snapshot labelled(const graph::Snapshot& of) const;

    [[nodiscard]] bool asks() const noexcept { return !questions_.empty(); }

  private:
    struct MarkKey {
        std::uint8_t zero = 0;
        auto operator<=>(const MarkKey&) const = default;

        auto fields(this auto& self) { return std::tie(self.zero); }
    };

    struct MarkRow {
        Hash32 questions;  ///< What was asked.

        auto fields(this auto& self) { return std::tie(self.questions); }
    };

    /// What is asked is what the rows answer.
    [[nodiscard]] bool is_current() const;
    void answer(const graph::Snapshot& of, const signals::Visit& visit) const;
    void replace(std::map<Hash32, GraphSignalRow> rows);

    graph::Labels labels_;
    eth::ChainId chain_;
    std::vector<signals::Selector> questions_;  ///< Each once.
    Hash32 asked_;
    ledger::Table<Hash32, GraphSignalRow> rows_;
    ledger::Table<MarkKey, MarkRow> mark_;
};

/// The market that the labels `protocol` and `market` of a concentration name; nullopt: none.
std::optional<graph::NodeIndex> market_of(
    const graph::Snapshot& snapshot, const signals::Labels& labels
);

/// What is wrong with an `exposure` selector; empty: nothing. It has to say with `=` who depends on
/// what (`of`, `on`), the measure, the reach, and whether claims are followed: a selector that left
/// one open would read what other rules asked.
std::string exposure_fault(const signals::Selector& selector);

}  // namespace faultline::engine

/// Instantiated once, in tables.cpp.
namespace faultline {
extern template class ledger::Table<Hash32, engine::GraphSignalRow>;
extern template class ledger::Table<engine::GraphSignals::MarkKey, engine::GraphSignals::MarkRow>;
}  // namespace faultline
