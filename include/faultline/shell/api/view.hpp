// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocols/aave/liquidation.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/reserve_totals.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/shell/api/as_of.hpp>
#include <faultline/shell/api/kept_graph.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What the API asks of a chain. Plain data, so that neither side knows the other.
namespace faultline::api {

struct ProcessedBlock {
    eth::BlockRef ref;
    UnixSeconds timestamp;
};

/// What audits of a degraded market found since it is.
struct DegradedAudit {
    eth::BlockRef block;  ///< Of the last one.
    std::size_t equal = 0;
    std::size_t mismatch = 0;
    std::string first_mismatch;
};

struct MarketStatus {
    std::string name;
    std::string protocol;  ///< "aave_v3"
    std::string family;    ///< "aave": its segment in paths.
    protocol::BaseCurrency base_currency;
    Figure<bool> usable;  ///< kValue, or why its accounts cannot be valued.
    /// Whether the rows of a market without figures still are the contracts' state.
    std::optional<DegradedAudit> audit;
    std::size_t accounts = 0;
    std::uint64_t unvalued = 0;  ///< Positions that could not be valued when they were last.
    std::size_t reserves = 0;
};

struct EndpointStanding {
    std::string name;
    std::string role;   ///< "primary", "fallback", "verify_only"
    std::string state;  ///< "ok", or why it is not asked: as rpc::EndpointStatus::state.
    std::optional<eth::BlockNum> head;  ///< The newest block it has shown.
    std::uint64_t lag_blocks = 0;       ///< Behind the best known head, when it last answered.
};

/// How it stands between a chain and a receiver of its alerts.
struct ReceiverStanding {
    std::string name;
    std::string state;                              ///< As delivery::Standing::state.
    std::optional<std::uint64_t> limited_until_ms;  ///< Unix time, where the state is "limited".
    std::size_t waiting = 0;                        ///< Transitions that it has not taken.
    std::size_t held = 0;                           ///< Of those: held back from it.
    std::size_t dead_letters = 0;                   ///< Transitions that it will not get.
    std::optional<std::uint64_t> last_success_ms;   ///< Unix time; nullopt: none since the start.
    std::optional<std::uint64_t> last_failure_ms;   ///< The same.
    std::string last_error;                         ///< Of that failure; empty when there is none.
};

/// How far a chain has come. An empty text means that there is nothing to complain of.
struct ChainStatus {
    std::string name;
    eth::ChainId chain_id = 0;
    std::optional<ProcessedBlock> processed;  ///< The newest block that is applied and durable.
    std::optional<eth::BlockRef> head;        ///< What the endpoint called latest.
    std::optional<eth::BlockNum> finalized;
    Duration head_age{};                    ///< Of the head, by our clock.
    Duration max_head_age{};                ///< An older head is not the chain's.
    std::optional<Duration> since_contact;  ///< Since the endpoint last answered; nullopt: never.
    std::uint64_t reorgs = 0;               ///< Since the process started.
    std::string endpoint_error;             ///< Of the last request, if it failed.
    std::string storage_error;              ///< Of the last commit, if it failed.
    std::string doubt;                      ///< Why blocks are taken unverified.
    std::string halted;                     ///< Why the chain stopped for good.
    std::vector<EndpointStanding> endpoints;
    std::vector<ReceiverStanding> receivers;
    std::vector<MarketStatus> markets;  ///< Filled from ChainView::markets() where asked for.
};

struct AccountsQuery {
    std::optional<Address> account;  ///< Only this one.
    std::optional<Address> after;    ///< Only addresses above this one.
    std::size_t limit = 1000;        ///< At least 1.
};

struct AccountFigures {
    Address account;
    Figure<aave::AccountData> data;
};

/// Accounts of one market, all as of the same block.
struct AccountsPage {
    std::optional<ProcessedBlock> block;   ///< nullopt before the first block.
    std::string halted;                    ///< As ChainStatus::halted; `block` is the last, then.
    Figure<bool> usable;                   ///< As MarketStatus::usable.
    std::vector<AccountFigures> accounts;  ///< Sorted by address.
    std::optional<Address> next;           ///< Ask for what comes after this; nullopt at the end.
};

/// One account of one market, reserve by reserve, and what a liquidator could take of it.
struct AccountPage {
    std::optional<ProcessedBlock> block;
    std::string halted;
    AccountFigures account;
    Figure<std::vector<aave::PositionFigures>> positions;
    Figure<std::vector<aave::Liquidation>> liquidations;
};

struct ReserveFigures {
    aave::ReserveId id = 0;
    aave::ReserveRow row;
    Figure<U256> price_base;
    Figure<aave::ReserveTotals> totals;
};

/// Reserves of one market, all as of the same block.
struct ReservesPage {
    std::optional<ProcessedBlock> block;
    std::string halted;
    Figure<bool> usable;
    std::vector<ReserveFigures> reserves;  ///< Sorted by id.
};

/// Logs that were left out of one market's figures.
struct QuarantinePage {
    std::optional<ProcessedBlock> block;
    std::string halted;
    Figure<bool> usable;
    std::uint64_t total = 0;                     ///< Those that are only counted included.
    std::vector<protocol::QuarantinedLog> logs;  ///< The first of them, in the order of the chain.
};

/// A position, by whom it is and how far from liquidation.
struct HolderFigures {
    protocol::Holder holder;
    std::string part;  ///< Which of the account's positions; empty where there is one.
    Figure<protocol::PositionHealth> health;
};

struct HoldersQuery {
    std::optional<protocol::Holder> after;
    std::size_t limit = 1000;  ///< At least 1.
};

/// Positions of one market of any protocol, all as of the same block.
struct HoldersPage {
    std::optional<ProcessedBlock> block;
    std::string halted;
    Figure<bool> usable;
    protocol::BaseCurrency base_currency;
    std::string part_label;              ///< What `part` is: "ilk".
    std::vector<HolderFigures> holders;  ///< Sorted.
    std::optional<protocol::Holder> next;
};

/// Figures of a market, or of an account in it, in the protocol's own terms.
struct SheetPage {
    std::optional<ProcessedBlock> block;
    std::string halted;
    Figure<bool> usable;
    protocol::Sheet sheet;
};

/// Which exposure graph: the newest, or the newest kept at or before a block or a moment.
struct GraphQuery {
    std::optional<AsOf> as_of;
};

/// The exposure graph of one chain.
struct GraphPage {
    std::optional<ProcessedBlock> block;  ///< Which one it is of.
    std::string halted;
    std::shared_ptr<const KeptGraph> kept;  ///< Never null in an answer.

    [[nodiscard]] const graph::Snapshot& graph() const { return kept->snapshot(); }
};

/// Which flows: from one graph to another. Without a beginning, since the Monday of the end's week.
struct FlowQuery {
    std::optional<AsOf> since;
    std::optional<AsOf> as_of;
};

/// What moved between protocols and issuers.
struct FlowPage {
    std::optional<ProcessedBlock> block;  ///< The end.
    std::optional<ProcessedBlock> since;
    std::string halted;
    std::string chain;
    network::Snapshot flows;
    /// Holders and tokens of which what moved is not known.
    std::vector<std::pair<std::string, std::string>> unvalued;
};

/// Who has an alert in hand.
struct AcknowledgedBy {
    std::string author;
    std::string comment;
    UnixMillis at;
};

/// An alert that is not clear.
struct ActiveAlert {
    std::string rule;
    std::string severity;  ///< "info", "warning", "critical"
    std::string phase;     ///< "pending", "firing"
    std::map<std::string, std::string> labels;
    std::string summary;      ///< Of its last transition.
    std::string now;          ///< The figures as of the block of the page, or why there are none.
    eth::BlockRef began;      ///< First block of the condition.
    UnixSeconds since;        ///< When it fired or, while pending, began.
    std::string fingerprint;  ///< As in its transitions.
    std::vector<std::uint64_t> silenced_by;  ///< Silences.
    std::string inhibited_by;  ///< The fingerprint of an alert; empty when nothing does.
    std::optional<AcknowledgedBy> acknowledged;
};

struct AlertsPage {
    std::optional<ProcessedBlock> block;
    std::string halted;
    std::vector<ActiveAlert> alerts;  ///< In an order that depends on nothing but the alerts.
};

/// What a rule makes of one row of its signals, or of one position.
struct RuleRowFigures {
    std::map<std::string, std::string> labels;
    Figure<std::string> figure;                 ///< Exact, as decimal text.
    std::string verdict;                        ///< "clear", "hold", "breach"
    std::string words;                          ///< Why it fires, or does not.
    std::string alert;                          ///< How its alert stands; empty: there is none.
    std::map<std::string, std::string> inputs;  ///< Signals it was made from.
};

/// How many rows of a rule say what.
struct RuleRowCounts {
    std::uint64_t firing = 0;
    std::uint64_t ok = 0;
    std::uint64_t hold = 0;
    std::uint64_t no_data = 0;
    std::uint64_t stale = 0;
    std::uint64_t error = 0;
};

/// A rule and what it says of the block of its page.
struct RuleFigures {
    std::string name;
    std::string kind;
    std::string severity;
    std::string condition;
    std::uint64_t work = 0;            ///< What it takes of a block; 0: not known, or not counted.
    std::uint64_t put_off_blocks = 0;  ///< In a row; its alerts are as they were before.
    RuleRowCounts counts;
    std::vector<RuleRowFigures> rows;  ///< Of a health_factor rule the lowest only.
};

struct RulesPage {
    std::optional<ProcessedBlock> block;
    std::string halted;
    std::vector<RuleFigures> rules;  ///< In the order of configuration.
};

/// One chain, as of its newest committed block. Implemented beside the engine.
///
/// The views may wait for a commit under way, no longer than a few seconds; then they fail with
/// kUnavailable. A market nobody configured is kMissing. Thread: loop.
class ChainView {
  public:
    ChainView() = default;
    ChainView(const ChainView&) = delete;
    ChainView& operator=(const ChainView&) = delete;
    virtual ~ChainView() = default;

    /// As in the paths of the API.
    [[nodiscard]] virtual const std::string& name() const = 0;

    /// Never fails and does not wait for a store that does not answer: health is judged by it.
    virtual runtime::Task<ChainStatus> status() = 0;
    /// Counts of the newest block, whether committed or under way. Walks all accounts.
    virtual runtime::Task<std::vector<MarketStatus>> markets() = 0;

    /// Of an Aave market, as are account() and reserves().
    /// An account that was never seen is in the answer when it was asked for by address, with the
    /// figures the contract gives for it.
    virtual runtime::Task<Result<AccountsPage>> accounts(
        std::string market, AccountsQuery query
    ) = 0;
    virtual runtime::Task<Result<AccountPage>> account(std::string market, Address account) = 0;
    virtual runtime::Task<Result<ReservesPage>> reserves(std::string market) = 0;
    /// Of any protocol, by MarketStatus::family.
    virtual runtime::Task<Result<QuarantinePage>> quarantine(
        std::string family, std::string market
    ) = 0;
    virtual runtime::Task<Result<HoldersPage>> holders(
        std::string family, std::string market, HoldersQuery query
    ) = 0;
    virtual runtime::Task<Result<SheetPage>> market_sheet(
        std::string family, std::string market
    ) = 0;
    virtual runtime::Task<Result<SheetPage>> account_sheet(
        std::string family, std::string market, Address account
    ) = 0;
    virtual runtime::Task<Result<AlertsPage>> alerts() = 0;
    /// Every rule, or the one of that name; kMissing when there is none.
    virtual runtime::Task<Result<RulesPage>> rules(std::optional<std::string> name) = 0;
    /// What waits and what was given up, as of now rather than of a block.
    virtual runtime::Task<Result<OutboxPage>> outbox(OutboxQuery query) = 0;
    /// kMissing for a receiver that cannot be sent anything.
    virtual runtime::Task<Result<OutboxChanged>> change_outbox(OutboxChange change) = 0;
    /// kMissing before the first live block, and of a time of which no graph is kept.
    virtual runtime::Task<Result<GraphPage>> graph(GraphQuery query) = 0;
    /// Errors as graph().
    virtual runtime::Task<Result<FlowPage>> flows(FlowQuery query) = 0;
};

}  // namespace faultline::api
