// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/view.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::protocol {

/// What is configured for a chain, in the order that gives its markets their ids.
using Deployments = std::vector<std::shared_ptr<const Deployment>>;

/// The logs that any of them wants.
eth::LogFilter filter_of(const Deployments& deployments);

/// All protocols of one chain.
class Protocols {
  public:
    /// The rows live in `ledger`, which outlives this.
    Protocols(ledger::Ledger& ledger, const Deployments& deployments);

    /// How many markets there are; their ids are those below.
    [[nodiscard]] std::size_t markets() const noexcept { return markets_.size(); }

    /// @pre market < markets()
    [[nodiscard]] const Protocol& of(MarketId market) const { return *markets_[market].protocol; }

    [[nodiscard]] Protocol& of(MarketId market) { return *markets_[market].protocol; }

    /// @pre market < markets()
    [[nodiscard]] const MarketLabel& label(MarketId market) const {
        return *markets_[market].label;
    }

    [[nodiscard]] std::optional<MarketId> find(std::string_view protocol, std::string_view name)
        const;

    [[nodiscard]] const std::vector<std::unique_ptr<Protocol>>& all() const noexcept {
        return protocols_;
    }

    /// Of all of them, each call once, those left out that the block has the answer of.
    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const;
    [[nodiscard]] bool asks_in_history(const eth::LogList& logs) const;
    /// With the activities of live blocks, and of history where it `tells_history`.
    void apply(
        const eth::Block& block, std::vector<Incident>& incidents, bool tells_history = false
    );

    /// "getPrice(address)" when one of them knows the call; "selector 0x…" otherwise.
    [[nodiscard]] std::string call_name(BytesView call_data) const;

    /// Of all protocols.
    [[nodiscard]] Counts counts() const;

    [[nodiscard]] const Quarantine& quarantine() const noexcept { return quarantine_; }

  private:
    struct Market {
        Protocol* protocol = nullptr;
        const MarketLabel* label = nullptr;
    };

    Quarantine quarantine_;
    std::vector<std::unique_ptr<Protocol>> protocols_;
    std::vector<Market> markets_;  ///< By id.
};

/// The views of all protocols at one block.
class AllViews final : public Views {
  public:
    AllViews(const Protocols& protocols, At at, Trust trust = Trust::kWithhold);

    [[nodiscard]] std::optional<Figure<ViewFigure>> answer(const eth::Read& read) const override;

  private:
    std::vector<std::unique_ptr<Views>> views_;
};

}  // namespace faultline::protocol
