// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/activity_list.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/standing.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::maker {

/// The Vats of one chain.
class MakerProtocol final : public protocol::Protocol {
  public:
    /// The rows live in `ledger`, which outlives this, as the quarantine does.
    MakerProtocol(
        ledger::Ledger& ledger,
        protocol::Quarantine& quarantine,
        MarketId first_market,
        std::vector<MarketConfig> configs,
        std::vector<protocol::MarketLabel> labels
    );

    [[nodiscard]] std::string_view name(MarketId market) const override;

    [[nodiscard]] MarketId first_market() const noexcept override { return first_market_; }

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] protocol::BaseCurrency base_currency(MarketId market) const override;

    [[nodiscard]] std::string_view part_label() const override { return "ilk"; }

    [[nodiscard]] std::string part_name(const Hash32& part) const override;

    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& block) const override;
    /// Never: nodes have no old state, and no code here has constants that matter.
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
    [[nodiscard]] std::vector<protocol::Standing> standings() const override;
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
    [[nodiscard]] const MarketConfig& config(MarketId market) const;
    /// Whether the market's figures are right; says so otherwise.
    void begin(const eth::Block& block, MarketId market);
    void apply_market(
        const eth::Block& block, MarketId market, std::vector<protocol::Incident>& incidents
    );
    /// What the block's logs say of activities, before it is folded.
    void take_activities(const eth::Block& block, MarketId market, protocol::ActivityList& list)
        const;
    void apply_log(Transition& at);
    void refuse(Transition& at, const Error& error);
    void keep_unknown(Transition& at);

    MarketId first_market_;
    std::vector<MarketConfig> configs_;
    std::vector<protocol::MarketLabel> labels_;
    Tables tables_;
    protocol::Quarantine& quarantine_;
};

/// Rows of a market followed from its deployment, before its first log.
void begin_market(Tables& tables, MarketId market, const MarketConfig& config);

/// What has no log and is asked at a live block, by the rows before it and its logs.
std::vector<eth::Read> live_reads(
    const Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
);

/// Takes the answers into the rows that the block's logs left.
void apply_live_reads(
    Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
);

/// As Deployment::wanted_logs().
eth::LogFilter wanted_logs(std::span<const MarketConfig> configs);

/// kValue, or why no figures of the market are given.
Figure<bool> usable_rows(const Tables& tables, MarketId market);

std::vector<protocol::BrokenLaw> broken_laws_of(
    const Tables& tables, MarketId market, const MarketConfig& config
);

/// What is caged, an ESM that fired, oracles that are void; auctions that are open, by ilk.
std::vector<protocol::Standing> standings_of(
    const Tables& tables, MarketId market, const MarketConfig& config
);

}  // namespace faultline::maker
