// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/plan.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::compound_v3 {

/// The Comet markets of one chain.
class Markets final : public protocol::Protocol {
  public:
    /// Ledger and quarantine outlive it.
    Markets(
        ledger::Ledger& ledger,
        protocol::Quarantine& quarantine,
        std::vector<MarketConfig> configs,
        std::vector<protocol::MarketLabel> labels,
        protocol::MarketId first_market
    );

    [[nodiscard]] std::string_view name(MarketId market) const override;

    [[nodiscard]] MarketId first_market() const noexcept override { return first_market_; }

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] protocol::BaseCurrency base_currency(MarketId market) const override;

    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const override;

    /// What a Comet says changes from block to block, its configuration with each upgrade.
    [[nodiscard]] bool asks_in_history(const eth::LogList& /*logs*/) const override {
        return false;
    }

    void apply(const eth::Block& block, std::vector<protocol::Incident>& incidents) override;

    [[nodiscard]] Figure<bool> usable(MarketId market) const override;
    [[nodiscard]] std::string degraded(MarketId market) const override;
    void give_up(MarketId market, const std::string& why) override;
    [[nodiscard]] std::unique_ptr<protocol::Health> health(MarketId market, protocol::At at)
        const override;
    [[nodiscard]] std::unique_ptr<protocol::Views> views(protocol::At at, protocol::Trust trust)
        const override;
    [[nodiscard]] std::optional<std::string> call_name(BytesView call_data) const override;
    [[nodiscard]] std::vector<protocol::BrokenLaw> broken_laws() const override;
    [[nodiscard]] protocol::Sheet market_sheet(MarketId market, protocol::At at) const override;
    [[nodiscard]] protocol::Sheet account_sheet(
        MarketId market, const Address& account, protocol::At at
    ) const override;
    [[nodiscard]] std::size_t holders(MarketId market) const override;
    [[nodiscard]] protocol::Counts counts() const override;
    [[nodiscard]] std::vector<protocol::Holder> holders_after(
        MarketId market, const std::optional<protocol::Holder>& after, std::size_t limit
    ) const override;

    [[nodiscard]] protocol::MarketExposure exposure(MarketId market, protocol::At at)
        const override;
    [[nodiscard]] std::vector<protocol::Leg> legs(MarketId market, const protocol::Holder& holder)
        const override;
    void each_leg(MarketId market, const protocol::LegVisit& visit) const override;
    [[nodiscard]] std::optional<std::pair<MarketId, protocol::Holder>> legs_told_by(
        ledger::TableId table, BytesView key
    ) const override;

    void signals(
        MarketId market, protocol::At at, const signals::Wanted& wanted, const signals::Visit& visit
    ) const override;

    [[nodiscard]] bool figures_of(MarketId market, eth::BlockNum number) const override;
    [[nodiscard]] std::vector<protocol::Subject> parts(MarketId market) const override;
    void each_holder(MarketId market, const std::function<void(const protocol::Holder&)>& visit)
        const override;
    [[nodiscard]] std::vector<protocol::Holder> holders_of(MarketId market, const Address& account)
        const override;
    [[nodiscard]] std::vector<eth::Read> audit_reads(const protocol::Subject& subject
    ) const override;

    [[nodiscard]] std::vector<Hash32> holder_topics() const override;
    [[nodiscard]] std::vector<Address> holder_sources(MarketId market) const override;
    [[nodiscard]] std::vector<protocol::Holder> named_holders(const eth::Log& log) const override;
    [[nodiscard]] std::unique_ptr<protocol::MarketReading> read_market(
        protocol::ReadingOptions options
    ) override;

    [[nodiscard]] const Tables& tables() const noexcept { return tables_; }

  private:
    /// A market in a block.
    struct At {
        const eth::Block& block;
        MarketId market;
        std::vector<protocol::Incident>& incidents;
    };

    [[nodiscard]] const MarketConfig& config(MarketId market) const;
    [[nodiscard]] std::size_t place(MarketId market) const;
    void apply_market(const At& at);
    /// What the block's logs say of activities, before it is folded.
    void take_activities(const eth::Block& block, MarketId market, protocol::ActivityList& list)
        const;
    /// Of an AbsorbDebt, before which so much collateral was taken.
    void take_absorption(
        const protocol::ActivityPlace& place,
        const U256& collateral_base,
        protocol::ActivityList& list
    ) const;
    /// What an upgrade in the block changed, after it.
    void take_changes(
        const eth::Block& block,
        MarketId market,
        const Configuration& before,
        protocol::ActivityList& list
    ) const;
    /// Of the base token.
    [[nodiscard]] Figure<Decimal> value_of(MarketId market, const U256& amount, protocol::At at)
        const;
    /// Of a Comet that exists.
    [[nodiscard]] protocol::GovernorPath governor_path(MarketId market, bool exists) const;
    void apply_logs(const At& at, const Plan& plan);
    void take_configuration(const At& at, const Plan& plan);
    void put_tokens(const At& at, const Configuration& configuration, bool announce);
    void take_state(const At& at, const Plan& plan, const Candidates& candidates);
    void take_prices(const At& at, const Configuration& configuration);
    void take_balances(const At& at, const Configuration& configuration);
    /// Whether all of them were answered.
    bool take_principals(const At& at, const std::vector<Address>& candidates);
    void leave_unread(const At& at, const Address& account);
    void degrade(const At& at, std::string text);
    void tell(const At& at, protocol::IncidentKind kind, std::string text);

    std::vector<MarketConfig> configs_;
    std::vector<protocol::MarketLabel> labels_;
    protocol::MarketId first_market_;
    Tables tables_;
    protocol::Quarantine& quarantine_;
};

}  // namespace faultline::compound_v3
