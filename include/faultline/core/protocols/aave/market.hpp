// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/transaction_memory.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace faultline::aave {

using protocol::Incident;

struct Transition;

/// The Aave markets of one chain: folds logs into rows, and says what it needs to read.
/// Pure; every change goes through the ledger, so a block can be undone.
class Markets {
  public:
    /// The rows live in `ledger`, which outlives this, as does `quarantine`. At most 2^16 - 1
    /// markets, which are the first of their chain.
    Markets(
        ledger::Ledger& ledger, protocol::Quarantine& quarantine, std::vector<MarketConfig> configs
    );

    /// First topics of every event that these markets may emit and that carries state: those of V3
    /// always, those of V2 where one is of V2, as other protocols have many of them too. Sorted.
    static std::vector<Hash32> topics(std::span<const MarketConfig> configs = {});

    /// View calls still to make before `block`, with the answers it has, is applied: what an
    /// implementation that it announces says of itself, which no block changes; for live blocks
    /// also the prices of all listed assets in one call per market and, where that reverts, of each
    /// asset by itself.
    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const;

    /// Whether plan_reads() may name calls for a block of history with these logs.
    [[nodiscard]] bool asks_in_history(const eth::LogList& logs) const;

    /// Folds the block into the rows. A log that does not decode or contradicts the rows is
    /// quarantined and marks its market degraded, which the first time is returned as an incident;
    /// the fold goes on.
    std::vector<Incident> apply(const eth::Block& block);

    [[nodiscard]] const std::vector<MarketConfig>& configs() const noexcept { return configs_; }

    /// Those of what the market's pool runs; of the newest release until that is known.
    [[nodiscard]] const Rules& rules(MarketId market) const;

    /// What is known of governance before a block is folded: an ACLManager that it is the first to
    /// tell tells its own logs, too.
    void learn(const eth::Block& block);

    /// A market that could not be read by a bootstrap has no figures, for that reason.
    void give_up(MarketId market, const std::string& why);

    [[nodiscard]] const Tables& tables() const noexcept { return tables_; }

    /// For a Bootstrap, which fills them where nothing was folded.
    [[nodiscard]] Tables& tables_to_read() noexcept { return tables_; }

  private:
    [[nodiscard]] Transition transition(const eth::Block& block, MarketId market);
    [[nodiscard]] std::vector<MarketId> markets_of(const Address& emitter) const;
    void apply_log(const eth::Block& block, const eth::Log& log, std::vector<Incident>& incidents);
    void apply_revisions(
        const eth::Block& block, MarketId market, std::vector<Incident>& incidents
    );
    void apply_prices(const eth::Block& block, MarketId market, std::vector<Incident>& incidents);
    void report(
        const eth::Block& block,
        MarketId market,
        std::string text,
        bool degrades,
        std::vector<Incident>& incidents
    );

    struct PriceAnswer {
        Address asset;
        Result<U256> price_base;
    };

    template <class Key>
    void apply_price(
        const eth::Block& block,
        ledger::Table<Key, PriceRow>& prices,
        const Key& key,
        const PriceAnswer& answer,
        std::vector<Incident>& incidents
    );
    void plan_revisions(const eth::Block& block, MarketId market, std::vector<eth::Read>& reads)
        const;
    void plan_prices(const eth::Block& block, MarketId market, std::vector<eth::Read>& reads) const;
    void plan_sources(const eth::Block& block, MarketId market, std::vector<eth::Read>& reads)
        const;
    void apply_sources(const eth::Block& block, MarketId market);
    void plan_governors(const eth::Block& block, MarketId market, std::vector<eth::Read>& reads)
        const;
    void apply_governors(const eth::Block& block, MarketId market);
    /// Reserves whose source that oracle was not heard of, that a block asks about.
    [[nodiscard]] std::vector<ReserveKey> unheard_sources(
        const eth::Block& block, MarketId market, const Address& oracle
    ) const;
    /// All that is priced: the listed assets, and the price sources of eMode categories.
    [[nodiscard]] std::vector<Address> assets_after(const eth::Block& block, MarketId market) const;
    [[nodiscard]] Address oracle_after(const eth::Block& block, MarketId market) const;

    std::vector<MarketConfig> configs_;
    Tables tables_;
    protocol::Quarantine& quarantine_;
    std::multimap<Address, MarketId>
        fixed_contracts_;  ///< Pool, configurator and provider of each market.
    TransactionMemory memory_;
};

}  // namespace faultline::aave
