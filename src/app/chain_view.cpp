// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
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
    protocol::MarketId market,
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

Figure<bool> usable_now(const engine::Fold& fold, protocol::MarketId market) {
    if (!fold.tip()) {
        return Figure<bool>::without(FigureStatus::kNoData, "no block is applied yet");
    }
    return fold.protocols().of(market).usable(market);
}

/// @pre fold.tip()
aave::Valuation valuation_now(const engine::Fold& fold, protocol::MarketId market) {
    const aave::Markets& markets = *aave::markets_of(fold.protocols());
    return {markets.tables(), market, fold.at().number, fold.at().timestamp};
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

Result<EngineView::Found> EngineView::find(const std::string& family, const std::string& name)
    const {
    const protocol::Protocols& protocols = service_.engine().fold().protocols();
    for (std::size_t i = 0; i < protocols.markets(); ++i) {
        const auto market = static_cast<protocol::MarketId>(i);
        const protocol::Protocol& protocol = protocols.of(market);
        if (protocols.label(market).name == name && protocol.family() == family) {
            return Found{.id = market, .protocol = &protocol};
        }
    }
    return Error(
               Code::kMissing,
               "chain \"" + service_.name() + "\" has no " + family + " market \"" + name + "\""
    )
        .advise("/v1/status lists the markets");
}

Result<protocol::MarketId> EngineView::aave_market(const std::string& name) const {
    FAULTLINE_TRY(const Found found, find("aave", name));
    return found.id;
}

template <class Page>
Page EngineView::page_of(const Found& found) const {
    Page page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    page.usable = usable_now(service_.engine().fold(), found.id);
    return page;
}

std::optional<api::ProcessedBlock> EngineView::block() const {
    const auto tip = service_.engine().fold().tip();
    return tip ? std::optional(api::ProcessedBlock{tip->ref, tip->timestamp}) : std::nullopt;
}

Task<std::vector<api::MarketStatus>> EngineView::markets() {
    const engine::Fold& fold = service_.engine().fold();
    std::vector<api::MarketStatus> markets;
    for (std::size_t i = 0; i < fold.protocols().markets(); ++i) {
        const auto id = static_cast<protocol::MarketId>(i);
        const protocol::Protocol& protocol = fold.protocols().of(id);
        api::MarketStatus market;
        market.name = fold.protocols().label(id).name;
        market.protocol = protocol.name(id);
        market.family = protocol.family();
        market.base_currency = protocol.base_currency(id);
        market.usable = usable_now(fold, id);
        market.accounts = protocol.holders(id);
        market.unvalued = fold.unvalued(id);
        market.reserves = protocol.parts(id).size();
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
    status.receivers = receivers();
    co_return status;
}

Task<Result<api::AccountsPage>> EngineView::accounts(std::string market, api::AccountsQuery query) {
    FAULTLINE_CO_TRY(const protocol::MarketId id, aave_market(market));
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
        wanted = addresses(
            aave::markets_of(fold.protocols())->tables(), id, query.after, query.limit + 1
        );
    }
    if (wanted.size() > query.limit) {
        wanted.resize(query.limit);
        page.next = wanted.back();
    }
    const aave::Valuation valuation = valuation_now(fold, id);
    for (const Address& account : wanted) {
        page.accounts.push_back({.account = account, .data = valuation.account(account)});
    }
    co_return page;
}

Task<Result<api::AccountPage>> EngineView::account(std::string market, Address account) {
    FAULTLINE_CO_TRY(const protocol::MarketId id, aave_market(market));
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
    const aave::Valuation valuation = valuation_now(fold, id);
    page.account.data = valuation.account(account);
    page.positions = valuation.positions(account);
    page.liquidations = valuation.liquidations(account);
    co_return page;
}

Task<Result<api::ReservesPage>> EngineView::reserves(std::string market) {
    FAULTLINE_CO_TRY(const protocol::MarketId id, aave_market(market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Fold& fold = service_.engine().fold();
    const aave::Tables& tables = aave::markets_of(fold.protocols())->tables();
    api::ReservesPage page;
    page.block = block();
    page.halted = service_.engine().progress().halted;
    page.usable = usable_now(fold, id);
    if (!page.block) {
        co_return page;
    }
    const aave::Valuation valuation = valuation_now(fold, id);
    for (const aave::ReserveKey& key : tables.reserves.sorted_keys()) {
        if (key.market == id) {
            const aave::ReserveRow& row = *tables.reserves.find(key);
            page.reserves.push_back(
                {.id = key.reserve,
                 .row = row,
                 .price_base = valuation.price(key.reserve),
                 .totals = totals_now(
                     aave::markets_of(fold.protocols())->rules(id),
                     page.usable,
                     row,
                     page.block->timestamp
                 )}
            );
        }
    }
    co_return page;
}

Task<Result<api::QuarantinePage>> EngineView::quarantine(std::string family, std::string market) {
    FAULTLINE_CO_TRY(const Found found, find(family, market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const protocol::Quarantine& quarantine = service_.engine().fold().protocols().quarantine();
    auto page = page_of<api::QuarantinePage>(found);
    page.total = quarantine.total(found.id);
    page.logs = quarantine.logs(found.id);
    co_return page;
}

Task<Result<api::HoldersPage>> EngineView::holders(
    std::string family, std::string market, api::HoldersQuery query
) {
    FAULTLINE_CO_TRY(const Found found, find(family, market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    auto page = page_of<api::HoldersPage>(found);
    page.base_currency = found.protocol->base_currency(found.id);
    page.part_label = found.protocol->part_label();
    if (!page.block) {
        co_return page;
    }
    auto wanted = found.protocol->holders_after(found.id, query.after, query.limit + 1);
    if (wanted.size() > query.limit) {
        wanted.resize(query.limit);
        page.next = wanted.back();
    }
    const auto health = found.protocol->health(found.id, service_.engine().fold().at());
    for (const protocol::Holder& holder : wanted) {
        page.holders.push_back(
            {.holder = holder,
             .part = holder.part.is_zero() ? std::string() : found.protocol->part_name(holder.part),
             .health = health->of(holder)}
        );
    }
    co_return page;
}

Task<Result<api::SheetPage>> EngineView::market_sheet(std::string family, std::string market) {
    FAULTLINE_CO_TRY(const Found found, find(family, market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    auto page = page_of<api::SheetPage>(found);
    if (page.block) {
        page.sheet = found.protocol->market_sheet(found.id, service_.engine().fold().at());
    }
    co_return page;
}

Task<Result<api::SheetPage>> EngineView::account_sheet(
    std::string family, std::string market, Address account
) {
    FAULTLINE_CO_TRY(const Found found, find(family, market));
    FAULTLINE_CO_TRY_VOID(co_await settled());
    auto page = page_of<api::SheetPage>(found);
    if (page.block) {
        page.sheet =
            found.protocol->account_sheet(found.id, account, service_.engine().fold().at());
    }
    co_return page;
}

}  // namespace faultline::app
