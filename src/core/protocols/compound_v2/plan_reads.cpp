// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/indexed.hpp"
#include "core/protocols/compound_v2/reads.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {
namespace {

/// The contract that a log makes part of the market. Others may say that they are its cTokens, and
/// nobody asks them anything: what they answer, or that they do not, would be in their hands.
std::optional<Address> listed_ctoken(const MarketConfig& config, const eth::Log& log) {
    if (log.address == config.comptroller && events::MarketListed::matches(log)) {
        const auto event = decode_indexed_or_not<events::MarketListed>(log);
        return event ? std::optional(event->get<"cToken">()) : std::nullopt;
    }
    return std::nullopt;
}

/// What a block's logs leave for its reads to know.
struct BlockOutlook {
    std::vector<Address> ctokens;  ///< Listed after it.
    std::vector<Address> listed;   ///< In it.
    Address oracle;

    explicit BlockOutlook(const ReadPlan& plan) {
        if (const MarketRow* row = plan.tables.markets.find({plan.market})) {
            ctokens = row->ctokens;
            oracle = row->oracle;
        }
        for (std::size_t i = 0; i < plan.block.logs.size(); ++i) {
            see(plan.config, plan.block.logs[i]);
        }
    }

  private:
    void see(const MarketConfig& config, const eth::Log& log) {
        if (const auto ctoken = listed_ctoken(config, log)) {
            listed.push_back(*ctoken);
            if (std::ranges::find(ctokens, *ctoken) == ctokens.end()) {
                ctokens.push_back(*ctoken);
            }
        }
        if (log.address != config.comptroller) {
            return;
        }
        if (events::NewPriceOracle::matches(log)) {
            const auto event = events::NewPriceOracle::decode(log);
            oracle = event ? event->get<"newPriceOracle">() : oracle;
        }
    }
};

/// Adds reads that are neither answered nor asked.
class Asker {
  public:
    Asker(const ReadPlan& plan, std::vector<eth::Read>& reads) : plan_(plan), reads_(reads) {}

    void ask(eth::Read read) {
        if (!plan_.block.made(read) && std::ranges::find(reads_, read) == reads_.end()) {
            reads_.push_back(std::move(read));
        }
    }

    void ask_of(const Address& contract, std::initializer_list<View> views) {
        for (const View view : views) {
            ask(view_read(contract, view));
        }
    }

    [[nodiscard]] const CTokenRow* row(const Address& ctoken) const {
        return plan_.tables.ctokens.find({.market = plan_.market, .ctoken = ctoken});
    }

    /// What the block's logs leave a cToken with; nullopt where they name none.
    [[nodiscard]] std::optional<Address> named_model(const Address& ctoken) const {
        std::optional<Address> model;
        for (std::size_t i = 0; i < plan_.block.logs.size(); ++i) {
            const eth::Log log = plan_.block.logs[i];
            if (log.address == ctoken && events::NewMarketInterestRateModel::matches(log)) {
                const auto event = events::NewMarketInterestRateModel::decode(log);
                model = event ? event->get<"newInterestRateModel">() : model;
            }
        }
        return model;
    }

    /// Of one whose beginning was not followed, once it answered.
    [[nodiscard]] Address read_model(const Address& ctoken) const {
        const eth::Read read = view_read(ctoken, View::kModel);
        const eth::ReadAnswer* answer = plan_.block.answer(read);
        if (answer == nullptr || answer->reverted()) {
            return {};
        }
        const auto model = eth::decode_address(answer->result);
        return model ? *model : Address{};
    }

    [[nodiscard]] bool logs_params(const Address& model) const {
        for (std::size_t i = 0; i < plan_.block.logs.size(); ++i) {
            const eth::Log log = plan_.block.logs[i];
            if (log.address == model &&
                (events::NewJumpParams::matches(log) || events::NewParams::matches(log))) {
                return true;
            }
        }
        return false;
    }

    void ask_rate(const Address& ctoken) {
        const CTokenRow* known = row(ctoken);
        // Also where it is the same again: its log makes the rate unchecked.
        const auto named = named_model(ctoken);
        const Address told = known == nullptr || known->unread ? read_model(ctoken) : known->model;
        const Address model = named.value_or(told);
        const bool unchecked = named || known == nullptr ||
                               known->rate_source == RateSource::kUnchecked || logs_params(model);
        if (unchecked && !model.is_zero()) {
            ask_of(
                model,
                {View::kBaseRate,
                 View::kMultiplier,
                 View::kJumpMultiplier,
                 View::kKink,
                 View::kSavingsRate}
            );
        }
        if (unchecked || known->rate_source == RateSource::kRead) {
            ask(view_read(ctoken, View::kBorrowRate));
        }
    }

    void ask_ctoken(const Address& ctoken) {
        const CTokenRow* known = row(ctoken);
        if (known == nullptr || known->underlying_kind == Underlying::kUnknown) {
            ask(view_read(ctoken, View::kUnderlying));
        }
        if (known == nullptr || !known->cash_by_logs || !known->cash_checked) {
            ask(view_read(ctoken, View::kCash));
        }
        if (known == nullptr || (known->total_supply.is_zero() && !known->initial_rate_wad)) {
            ask(view_read(ctoken, View::kRateStored));
        }
        if (known == nullptr || known->unread) {
            ask_of(
                ctoken,
                {View::kBorrowIndex,
                 View::kBorrows,
                 View::kReserves,
                 View::kSupply,
                 View::kAccrualBlock,
                 View::kReserveFactor,
                 View::kModel,
                 View::kImplementation}
            );
            // A cap may be older than the listing.
            ask(view_read(plan_.config.comptroller, View::kBorrowCap, ctoken));
        }
        ask_rate(ctoken);
    }

  private:
    const ReadPlan& plan_;
    std::vector<eth::Read>& reads_;
};

U256 index_after(const ReadPlan& plan, const Address& ctoken) {
    const CTokenRow* row = plan.tables.ctokens.find({.market = plan.market, .ctoken = ctoken});
    U256 index_wad = row == nullptr ? U256() : row->borrow_index_wad;
    for (std::size_t i = 0; i < plan.block.logs.size(); ++i) {
        const eth::Log log = plan.block.logs[i];
        if (log.address != ctoken) {
            continue;
        }
        if (const auto event = events::AccrueInterest::decode(log)) {
            index_wad = event->get<"borrowIndex">();
        } else if (const auto first = events::FirstAccrueInterest::decode(log)) {
            index_wad = first->get<"borrowIndex">();
        }
    }
    return index_wad;
}

/// Debts since a bootstrap whose cToken's index moved. Where they are more than a block may ask
/// for, those of the next block come next.
void plan_debts(const ReadPlan& plan, Asker& asker) {
    std::vector<PositionKey> moved;
    std::vector<std::pair<Address, U256>> indexes;
    for (const PositionKey& key : plan.tables.unsettled.sorted_keys()) {
        if (key.market != plan.market) {
            continue;
        }
        if (indexes.empty() || indexes.back().first != key.ctoken) {
            indexes.emplace_back(key.ctoken, index_after(plan, key.ctoken));
        }
        const PositionRow* row = plan.tables.positions.find(key);
        if (row != nullptr && row->interest_index_wad != indexes.back().second) {
            moved.push_back(key);
        }
    }
    const std::size_t count = std::min(moved.size(), kMostDebtReads);
    const std::size_t begin =
        moved.size() > count ? (plan.block.ref().number * kMostDebtReads) % moved.size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const PositionKey& key = moved[(begin + i) % moved.size()];
        asker.ask(view_read(key.ctoken, View::kDebtStored, key.account));
    }
}

}  // namespace

void plan_market_reads(const ReadPlan& plan, std::vector<eth::Read>& reads) {
    const BlockOutlook outlook(plan);
    Asker asker(plan, reads);
    for (const Address& ctoken : outlook.listed) {
        asker.ask(view_read(ctoken, View::kUnderlying));
    }
    if (!plan.block.live) {
        return;
    }
    for (const Address& ctoken : outlook.ctokens) {
        asker.ask_ctoken(ctoken);
        if (!outlook.oracle.is_zero()) {
            asker.ask(view_read(outlook.oracle, View::kPrice, ctoken));
        }
    }
    if (plan.tables.unsettled.size() != 0) {
        plan_debts(plan, asker);
    }
}

bool asks_in_history(const MarketConfig& config, const eth::LogList& logs) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (listed_ctoken(config, logs[i])) {
            return true;
        }
    }
    return false;
}

}  // namespace faultline::compound_v2
