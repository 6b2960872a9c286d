// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/reserve_totals.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <app/chain_service.hpp>
#include <app/chain_view.hpp>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using runtime::Task;

/// The first `most` addresses of a market's accounts above `after`, sorted.
std::vector<Address> addresses(
    const aave::Tables& tables,
    aave::MarketId market,
    const std::optional<Address>& after,
    std::size_t most
) {
    std::vector<Address> out;
    tables.users.for_each_unordered([&](const aave::UserKey& key, const aave::UserRow&) {
        if (key.market == market && (!after || key.account > *after)) {
            out.push_back(key.account);
        }
    });
    const std::size_t kept = std::min(most, out.size());
    std::ranges::partial_sort(out, out.begin() + static_cast<std::ptrdiff_t>(kept));
    out.resize(kept);
    return out;
}

Figure<bool> usable_now(const engine::Fold& fold, aave::MarketId market) {
    if (!fold.tip()) {
        return Figure<bool>::without(FigureStatus::kNoData, "no block is applied yet");
    }
    return fold.valuation(market).usable();
}

Figure<aave::ReserveTotals> totals_now(
    const aave::Rules& rules,
    const Figure<bool>& usable,
    const aave::ReserveRow& row,
    UnixSeconds now
) {
    using Totals = Figure<aave::ReserveTotals>;
    if (!usable.ok()) {
        return Totals::without(usable.status, usable.reason);
    }
    if (row.unfollowed) {
        return Totals::without(
            FigureStatus::kNoData,
            "the reserve's tokens keep balances by rules of their own, which are not followed"
        );
    }
    const auto totals = aave::totals_of(rules, row, now);
    return totals ? Totals::of(*totals)
                  : Totals::without(FigureStatus::kError, "the contract's own views overflow");
}

}  // namespace

Task<Result<void>> EngineView::settled() {
    constexpr auto kLongestCommit = std::chrono::seconds(3);
    const bool settled = co_await service_.engine().settled(kLongestCommit);
    if (!settled) {
        co_return Error(Code::kUnavailable, "the newest block is not committed yet")
            .advise("try again; if it lasts, see storage_error in /v1/status");
    }
    co_return Result<void>();
}

Result<aave::MarketId> EngineView::market_id(const std::string& name) const {
    const auto& markets = service_.engine().fold().options().markets;
    const auto found = std::ranges::find(markets, name, &aave::MarketConfig::name);
    if (found == markets.end()) {
        return Error(
                   Code::kMissing,
                   "chain \"" + service_.name() + "\" has no Aave market \"" + name + "\""
        )
            .advise("/v1/status lists the markets");
    }
    return static_cast<aave::MarketId>(found - markets.begin());
}

std::optional<api::ProcessedBlock> EngineView::block() const {
    const auto tip = service_.engine().fold().tip();
    return tip ? std::optional(api::ProcessedBlock{tip->ref, tip->timestamp}) : std::nullopt;
}

Task<std::vector<api::MarketStatus>> EngineView::markets() {
    const engine::Fold& fold = service_.engine().fold();
    const aave::Tables& tables = fold.markets().tables();
    std::vector<api::MarketStatus> markets;
    for (std::size_t i = 0; i < fold.options().markets.size(); ++i) {
        api::MarketStatus market;
        const aave::MarketConfig& config = fold.options().markets[i];
        const auto id = static_cast<aave::MarketId>(i);
        market.name = config.name;
        market.protocol = aave::protocol_name(config.generation);
        market.base_currency = config.base_currency;
        market.usable = usable_now(fold, id);
        if (const auto found = service_.auditor().degraded(id); found && !market.usable.ok()) {
            market.audit = {
                .block = found->block,
                .equal = found->equal,
                .mismatch = found->mismatch,
                .first_mismatch = found->first_mismatch
            };
        }
        markets.push_back(std::move(market));
    }
    tables.users.for_each_unordered([&](const aave::UserKey& key, const aave::UserRow&) {
        ++markets[key.market].accounts;
    });
    tables.reserves.for_each_unordered([&](const aave::ReserveKey& key, const aave::ReserveRow&) {
        ++markets[key.market].reserves;
    });
    co_return markets;
}

Task<api::ChainStatus> EngineView::status() {
    const chain::HeadStatus& head = service_.follower().status();
    const engine::Progress& progress = service_.engine().progress();
    api::ChainStatus status;
    status.name = service_.name();
    status.chain_id = service_.chain_id();
    status.processed = progress.committed
                           ? std::optional(api::ProcessedBlock{
                                 progress.committed->ref, progress.committed->timestamp
                             })
                           : std::nullopt;
    status.head = head.latest;
    if (head.finalized) {
        status.finalized = head.finalized->number;
    }
    status.max_head_age = service_.max_head_age();
    if (head.latest) {
        status.since_contact = clock_.now() - head.last_contact;
        status.head_age = age_of(head.latest_at, clock_.wall_now());
    }
    status.reorgs = head.reorgs;
    status.endpoint_error = head.last_error;
    status.storage_error = progress.storage_error;
    status.halted = progress.halted;
    status.doubt = head.doubt;
    for (rpc::EndpointStatus& endpoint : service_.pool().status()) {
        status.endpoints.push_back(
            {.name = std::move(endpoint.name),
             .role = std::string(rpc::role_name(endpoint.role)),
             .state = std::string(endpoint.state),
             .head = endpoint.head,
             .lag_blocks = endpoint.lag_blocks}
        );
    }
    co_return status;
}

Task<Result<api::AccountsPage>> EngineView::accounts(std::string market, api::AccountsQuery query) {
    FAULTLINE_CO_TRY(const aave::MarketId id, market_id(market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    api::AccountsPage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    page.usable = usable_now(fold, id);
    if (!page.block) {
        co_return page;
    }
    std::vector<Address> wanted;
    if (query.account) {
        wanted.push_back(*query.account);
    } else {
        wanted = addresses(fold.markets().tables(), id, query.after, query.limit + 1);
    }
    if (wanted.size() > query.limit) {
        wanted.resize(query.limit);
        page.next = wanted.back();
    }
    const aave::Valuation valuation = fold.valuation(id);
    for (const Address& account : wanted) {
        page.accounts.push_back({.account = account, .data = valuation.account(account)});
    }
    co_return page;
}

Task<Result<api::AccountPage>> EngineView::account(std::string market, Address account) {
    FAULTLINE_CO_TRY(const aave::MarketId id, market_id(market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    api::AccountPage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    page.account.account = account;
    if (!page.block) {
        const Figure<bool> usable = usable_now(fold, id);
        page.account.data = Figure<aave::AccountData>::without(usable.status, usable.reason);
        page.positions =
            Figure<std::vector<aave::PositionFigures>>::without(usable.status, usable.reason);
        co_return page;
    }
    const aave::Valuation valuation = fold.valuation(id);
    page.account.data = valuation.account(account);
    page.positions = valuation.positions(account);
    page.liquidations = valuation.liquidations(account);
    co_return page;
}

Task<Result<api::ReservesPage>> EngineView::reserves(std::string market) {
    FAULTLINE_CO_TRY(const aave::MarketId id, market_id(market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    const aave::Tables& tables = fold.markets().tables();
    api::ReservesPage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    page.usable = usable_now(fold, id);
    if (!page.block) {
        co_return page;
    }
    const aave::Valuation valuation = fold.valuation(id);
    for (const aave::ReserveKey& key : tables.reserves.sorted_keys()) {
        if (key.market == id) {
            const aave::ReserveRow& row = *tables.reserves.find(key);
            page.reserves.push_back(
                {.id = key.reserve,
                 .row = row,
                 .price_base = valuation.price(key.reserve),
                 .totals =
                     totals_now(fold.markets().rules(id), page.usable, row, page.block->timestamp)}
            );
        }
    }
    co_return page;
}

Task<Result<api::QuarantinePage>> EngineView::quarantine(std::string market) {
    FAULTLINE_CO_TRY(const aave::MarketId id, market_id(market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    api::QuarantinePage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    page.usable = usable_now(fold, id);
    page.total = fold.markets().quarantine().total(id);
    page.logs = fold.markets().quarantine().logs(id);
    co_return page;
}

Task<Result<api::AlertsPage>> EngineView::alerts() {
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    api::AlertsPage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    for (const alerts::AlertKey& key : fold.alerts().rows().sorted_keys()) {
        const alerts::AlertRow& row = *fold.alerts().rows().find(key);
        api::ActiveAlert alert;
        alert.rule = row.rule;
        alert.severity = rules::severity_name(row.severity);
        alert.phase = row.phase == alerts::Phase::kFiring ? "firing" : "pending";
        alert.labels = fold.labels(key);
        alert.summary = row.summary;
        alert.now = fold.describe(key);
        alert.began = row.began;
        alert.since = {row.since_s};
        page.alerts.push_back(std::move(alert));
    }
    co_return page;
}

}  // namespace faultline::app
