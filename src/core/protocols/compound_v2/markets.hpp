// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v2/transition.hpp"

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
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/told_event.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {

/// "compound_v2": in configuration, labels and paths.
inline constexpr std::string_view kName = "compound_v2";

/// The Compound V2 markets of one chain.
class Markets final : public protocol::Protocol {
  public:
    /// Ledger and quarantine outlive it.
    Markets(
        ledger::Ledger& ledger,
        protocol::Quarantine& quarantine,
        MarketId first_market,
        std::vector<MarketConfig> configs,
        std::vector<protocol::MarketLabel> labels
    );

    [[nodiscard]] std::string_view name(MarketId /*market*/) const override { return kName; }

    [[nodiscard]] MarketId first_market() const noexcept override { return first_; }

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] protocol::BaseCurrency base_currency(MarketId market) const override {
        return config(market).base_currency;
    }

    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const override;
    [[nodiscard]] bool asks_in_history(const eth::LogList& logs) const override;
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

  private:
    [[nodiscard]] const MarketConfig& config(MarketId market) const {
        return configs_[market - first_];
    }

    [[nodiscard]] MarketId market_at(std::size_t place) const {
        return static_cast<MarketId>(first_ + place);
    }

    [[nodiscard]] MarketRow row(MarketId market) const;
    Transition transition(const eth::Block& block, MarketId market);
    Result<void> apply_log(Transition& at, const eth::Log& log) const;
    void refuse(Transition& at, const eth::Log& log, Error error);
    void report(Transition& at, std::vector<protocol::Incident>& incidents);
    void fold_logs(const eth::Block& block, std::vector<protocol::Incident>& incidents);
    /// What the block's logs say of activities, before it is folded.
    void take_activities(const eth::Block& block, MarketId market, protocol::ActivityList& list)
        const;
    /// What a log is told as; nullptr for one that is not.
    [[nodiscard]] const protocol::ToldEvent* activity_of(MarketId market, const eth::Log& log)
        const;
    [[nodiscard]] protocol::GovernorPath admin_path(MarketId market) const;
    void follow_admin(const eth::Block& block, MarketId market);
    void take_activity(
        MarketId market,
        const protocol::ToldEvent& event,
        const eth::Log& log,
        protocol::ActivityList& list
    ) const;
    /// Whether a listed cToken has that interest rate model.
    [[nodiscard]] bool goes_by(MarketId market, const Address& model) const;
    [[nodiscard]] Figure<Decimal> value_of(
        MarketId market, const Address& ctoken, const U256& amount, protocol::At at
    ) const;

    std::vector<MarketConfig> configs_;
    std::vector<protocol::MarketLabel> labels_;
    MarketId first_;
    Tables tables_;
    protocol::Quarantine& quarantine_;
    TransactionMemory memory_;  ///< Of the transaction being folded.
    std::vector<Note> notes_;   ///< Of the market being folded, until they are told.
};

}  // namespace faultline::compound_v2
