// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/daemon_config.hpp>
#include <app/patience.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {

/// The markets of one chain, read at its finalized block into a store, market by market: whose
/// accounts there are, then protocol::MarketReading. Each round of answers is committed with how
/// far it came, so that another process goes on from there.
class ChainReading {
  public:
    /// What is used at the beginning; one that goes on uses what was begun with.
    struct Options {
        /// Who holds or owes anything; nullopt: those that logs name.
        std::optional<std::vector<Address>> accounts;
        eth::BlockNum search_from = 0;
        bool again = false;     ///< Begin at a newer block, with the accounts found so far,
        bool searches = false;  ///< but for those, which are to be searched for anew.
    };

    /// All outlive it; `say` gets a line of progress.
    struct Parts {
        rpc::Node& node;
        store::Store& store;
        runtime::Clock& clock;
        runtime::Random& random;
        std::function<void(const std::string&)> say;
    };

    ChainReading(const ChainConfig& chain, Options options, Parts parts);

    /// Until the engine can take the store over. Cancelled anywhere it leaves a store to go on
    /// with. A market whose contracts cannot be read is degraded, and the others go on. Errors:
    /// those of protocol::MarketReading about holders, and of the store; what the node refuses or
    /// does not have (the state of old blocks, mostly), with what to do; that no market can be
    /// read.
    runtime::Task<Result<void>> run();

    /// What was read; complete after run().
    [[nodiscard]] std::string summary() const;

  private:
    /// Contracts whose logs name holders, and of which markets: Maker's Vat has one, an asset may
    /// have several.
    using Sources = std::multimap<Address, protocol::MarketId>;

    runtime::Task<Result<void>> begin(std::optional<engine::BootstrapMark> before);
    runtime::Task<Result<eth::Header>> finalized();
    runtime::Task<Result<eth::Header>> pinned(bool by_finality);
    runtime::Task<Result<void>> check_chain();
    runtime::Task<Result<void>> search();
    /// The contracts whose logs name accounts of a market.
    runtime::Task<Result<Sources>> sources();
    void note(
        const protocol::Protocols& protocols, const rpc::BlockLogs& logs, store::Batch& batch
    );
    [[nodiscard]] eth::LogFilter filter_of(const protocol::Protocols& protocols) const;
    runtime::Task<Result<void>> read_market();
    /// The market is left without figures, for that reason.
    Result<void> give_up(const Error& error);
    /// Answers at the block, however long that takes.
    runtime::Task<Result<std::vector<eth::ReadAnswer>>> ask(std::vector<eth::Read> calls);
    Result<void> count_readable();
    [[nodiscard]] protocol::ReadingOptions options_of(
        protocol::MarketId market, std::vector<protocol::Holder> holders
    ) const;
    Result<void> commit(store::Batch batch);
    void say_now(const std::string& line);
    void say_sometimes(const std::string& line);

    const ChainConfig& chain_;
    Options options_;
    Parts parts_;
    Patience patience_;
    engine::BootstrapMark mark_;
    Sources sources_;
    std::set<std::pair<protocol::MarketId, protocol::Holder>> found_;
    std::size_t markets_ = 0;
    std::size_t readable_ = 0;  ///< Markets, once all are read.
    Instant said_;
};

}  // namespace faultline::app
