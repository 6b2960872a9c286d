// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/followed.hpp"

#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/aave/account_search.hpp>
#include <faultline/core/protocols/aave/accounts.hpp>
#include <faultline/core/protocols/aave/audit.hpp>
#include <faultline/core/protocols/aave/bootstrap.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

using protocol::Holder;
using protocol::PositionHealth;
using protocol::Subject;
using protocol::SubjectKind;

PositionHealth position_health(const HealthFigures& figures) {
    return {
        .health_factor_wad = figures.health_factor_wad,
        .collateral_base = figures.total_collateral_base,
        .debt_base = figures.total_debt_base
    };
}

Figure<PositionHealth> position_health(const Figure<HealthFigures>& figure) {
    return {
        .status = figure.status, .value = position_health(figure.value), .reason = figure.reason
    };
}

class MarketHealth final : public protocol::Health {
  public:
    MarketHealth(const Tables& tables, MarketId market, protocol::At at)
        : tables_(tables), market_(market), valuation_(tables, market, at.number, at.timestamp) {}

    [[nodiscard]] Figure<PositionHealth> of(const Holder& holder) const override {
        return position_health(valuation_.health(holder.account));
    }

    void each_indebted(const Visit& visit) const override {
        tables_.accounts.for_each([&](const AccountRecord& account) {
            if (account.key.market == market_ && !account.user.debt_bits.is_zero()) {
                visit(
                    {.account = account.key.account, .part = {}},
                    position_health(valuation_.health(account))
                );
            }
        });
    }

    [[nodiscard]] bool has_debt(const Holder& holder) const override {
        const UserRow* user = tables_.users.find({.market = market_, .account = holder.account});
        return user != nullptr && !user->debt_bits.is_zero();
    }

  private:
    const Tables& tables_;
    MarketId market_;
    Valuation valuation_;
};

class MarketsViews final : public protocol::Views {
  public:
    MarketsViews(const Markets& markets, protocol::At at, protocol::Trust trust) {
        eth::Header header;
        header.ref.number = at.number;
        header.timestamp = at.timestamp;
        for (std::size_t i = 0; i < markets.configs().size(); ++i) {
            views_.emplace_back(
                markets.tables(), markets.configs()[i], static_cast<MarketId>(i), header, trust
            );
        }
    }

    [[nodiscard]] std::optional<Figure<ViewFigure>> answer(const eth::Read& read) const override {
        for (const aave::Views& views : views_) {
            if (auto figure = views.answer(read)) {
                return figure;
            }
        }
        return std::nullopt;
    }

  private:
    std::vector<aave::Views> views_;
};

class Reading final : public protocol::MarketReading {
  public:
    Reading(Tables& tables, const MarketConfig& config, Bootstrap::Options options)
        : bootstrap_(tables, config, std::move(options)) {}

    [[nodiscard]] const std::vector<eth::Read>& calls() const noexcept override {
        return bootstrap_.calls();
    }

    Result<void> take(const std::vector<eth::ReadAnswer>& answers) override {
        return bootstrap_.take(answers);
    }

    [[nodiscard]] bool of_market() const noexcept override {
        return bootstrap_.stage() < Bootstrap::Stage::kAccounts;
    }

    [[nodiscard]] std::size_t holders_known() const noexcept override {
        return bootstrap_.accounts_known();
    }

    [[nodiscard]] std::size_t holders_compared() const noexcept override {
        return bootstrap_.accounts_compared();
    }

  private:
    Bootstrap bootstrap_;
};

}  // namespace

Followed::Followed(
    ledger::Ledger& ledger,
    protocol::Quarantine& quarantine,
    std::vector<MarketConfig> configs,
    std::vector<protocol::MarketLabel> labels
)
    : labels_(std::move(labels)), markets_(ledger, quarantine, std::move(configs)) {}

std::string_view Followed::name(MarketId market) const {
    return protocol_name(markets_.configs()[market].generation);
}

protocol::BaseCurrency Followed::base_currency(MarketId market) const {
    return markets_.configs()[market].base_currency;
}

std::vector<eth::Read> Followed::plan_reads(const eth::Block& block) const {
    return markets_.plan_reads(block);
}

bool Followed::asks_in_history(const eth::LogList& logs) const {
    return markets_.asks_in_history(logs);
}

void Followed::apply(const eth::Block& block, std::vector<protocol::Incident>& incidents) {
    markets_.learn(block);
    protocol::ActivityList activities(block, tells_history());
    take_activities(block, activities);
    std::ranges::move(markets_.apply(block), std::back_inserter(incidents));
    const protocol::At at{.number = block.ref().number, .timestamp = block.header.timestamp};
    activities.tell(
        [&](MarketId market, const Address& token, const U256& amount) {
            return value_of(market, token, amount, at);
        },
        incidents
    );
}

Figure<bool> Followed::usable(MarketId market) const {
    return usability(markets_.tables().markets.find({market}));
}

std::string Followed::degraded(MarketId market) const {
    const MarketRow* row = markets_.tables().markets.find({market});
    return row == nullptr ? std::string() : row->degraded;
}

void Followed::give_up(MarketId market, const std::string& why) {
    markets_.give_up(market, why);
}

std::unique_ptr<protocol::Health> Followed::health(MarketId market, protocol::At at) const {
    return std::make_unique<MarketHealth>(markets_.tables(), market, at);
}

std::unique_ptr<protocol::Views> Followed::views(protocol::At at, protocol::Trust trust) const {
    return std::make_unique<MarketsViews>(markets_, at, trust);
}

std::optional<std::string> Followed::call_name(BytesView call_data) const {
    return find_view(call_data) == nullptr ? std::nullopt
                                           : std::optional(aave::call_name(call_data));
}

/// The totals that the tokens log are held to the sum of accounts by tests and by bootstraps.
std::vector<protocol::BrokenLaw> Followed::broken_laws() const {
    return {};
}

protocol::Sheet Followed::market_sheet(MarketId market, protocol::At /*at*/) const {
    protocol::Sheet out;
    const MarketRow* row = markets_.tables().markets.find({market});
    if (row != nullptr) {
        out.add("oracle", row->oracle);
        out.add("pool_revision", U256(row->pool_revision));
        out.add("reserves", U256(row->reserve_count));
    }
    return out;
}

protocol::Sheet Followed::account_sheet(MarketId market, const Address& account, protocol::At at)
    const {
    protocol::Sheet out;
    const auto figure =
        Valuation(markets_.tables(), market, at.number, at.timestamp).health(account);
    const auto add = [&](const char* name, const U256& value) {
        out.add(
            name, Figure<U256>{.status = figure.status, .value = value, .reason = figure.reason}
        );
    };
    add("health_factor_wad", figure.value.health_factor_wad);
    add("total_collateral_base", figure.value.total_collateral_base);
    add("total_debt_base", figure.value.total_debt_base);
    return out;
}

std::size_t Followed::holders(MarketId market) const {
    std::size_t count = 0;
    each_holder(market, [&count](const Holder&) { ++count; });
    return count;
}

protocol::Counts Followed::counts() const {
    return {
        .holders = markets_.tables().users.size(), .positions = markets_.tables().positions.size()
    };
}

std::vector<Holder> Followed::holders_after(
    MarketId market, const std::optional<Holder>& after, std::size_t limit
) const {
    std::vector<Holder> out;
    each_holder(market, [&](const Holder& holder) {
        if (!after || holder > *after) {
            out.push_back(holder);
        }
    });
    const std::size_t kept = std::min(limit, out.size());
    std::ranges::partial_sort(out, out.begin() + static_cast<std::ptrdiff_t>(kept));
    out.resize(kept);
    return out;
}

bool Followed::figures_of(MarketId market, eth::BlockNum number) const {
    const MarketRow* row = markets_.tables().markets.find({market});
    return row != nullptr && row->prices_block == number &&
           usability(row, protocol::Trust::kAsFolded).ok();
}

std::vector<Subject> Followed::parts(MarketId market) const {
    std::vector<Subject> out;
    const MarketRow* row = markets_.tables().markets.find({market});
    const std::size_t count = row == nullptr ? 0 : row->reserve_count;
    for (std::size_t id = 0; id < count; ++id) {
        const ReserveRow* reserve = markets_.tables().reserves.find(
            {.market = market, .reserve = static_cast<ReserveId>(id)}
        );
        if (reserve != nullptr) {
            out.push_back(
                {.market = market,
                 .kind = SubjectKind::kPart,
                 .holder = {.account = reserve->asset, .part = {}}}
            );
        }
    }
    std::ranges::sort(out);
    return out;
}

void Followed::each_holder(MarketId market, const std::function<void(const Holder&)>& visit) const {
    markets_.tables().users.for_each_unordered([&](const UserKey& key, const UserRow&) {
        if (key.market == market) {
            visit({.account = key.account, .part = {}});
        }
    });
}

std::vector<Holder> Followed::holders_of(MarketId market, const Address& account) const {
    const bool known = markets_.tables().users.contains({.market = market, .account = account});
    return known ? std::vector<Holder>{{.account = account, .part = {}}} : std::vector<Holder>();
}

std::vector<eth::Read> Followed::audit_reads(const Subject& subject) const {
    return aave::audit_reads(markets_.tables(), markets_.configs()[subject.market], subject);
}

std::vector<Address> Followed::named_by(const Subject& subject) const {
    if (subject.kind == SubjectKind::kMarket) {
        return {markets_.configs()[subject.market].pool};
    }
    const Tables& tables = markets_.tables();
    std::vector<Address> out{subject.holder.account};
    const ContractRow* asset =
        subject.kind == SubjectKind::kPart
            ? tables.contracts.find({.market = subject.market, .address = subject.holder.account})
            : nullptr;
    const ReserveRow* reserve =
        asset == nullptr
            ? nullptr
            : tables.reserves.find({.market = subject.market, .reserve = asset->reserve});
    if (reserve != nullptr) {
        out.insert(out.end(), {reserve->a_token, reserve->v_token});
    }
    return out;
}

std::vector<Hash32> Followed::holder_topics() const {
    return account_topics();
}

std::vector<Hash32> Followed::topics_beside_holders() const {
    return emode_topics();
}

std::vector<Address> Followed::holder_sources(MarketId market) const {
    std::vector<Address> out{markets_.configs()[market].pool};
    markets_.tables().contracts.for_each_unordered([&](const ContractKey& key,
                                                       const ContractRow& row) {
        if (key.market == market && row.role != ContractRole::kAsset) {
            out.push_back(key.address);
        }
    });
    std::ranges::sort(out);
    return out;
}

std::vector<Holder> Followed::named_holders(const eth::Log& log) const {
    const auto account = named_account(log);
    return account ? std::vector<Holder>{{.account = *account, .part = {}}} : std::vector<Holder>();
}

std::unique_ptr<protocol::MarketReading> Followed::read_market(protocol::ReadingOptions options) {
    Bootstrap::Options own{
        .market = options.market,
        .block = options.block,
        .timestamp = options.timestamp,
        .accounts = {},
        .accounts_known = options.holders_known
    };
    for (const Holder& holder : options.holders) {
        own.accounts.push_back(holder.account);
    }
    const MarketConfig& config = markets_.configs()[options.market];
    return std::make_unique<Reading>(markets_.tables_to_read(), config, std::move(own));
}

}  // namespace faultline::aave
