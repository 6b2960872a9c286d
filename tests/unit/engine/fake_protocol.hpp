// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/standing.hpp>
#include <faultline/core/protocol/view.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A protocol that says what a test has it say: the engine knows no more of any.
namespace faultline::engine {

struct Script {
    std::vector<protocol::Incident> incidents;  ///< Of the next block that is applied.
    std::vector<protocol::BrokenLaw> broken;
    std::vector<protocol::Standing> standings;
    std::map<protocol::Holder, U256> health_factors_wad;  ///< Of those with debt.
    std::map<protocol::Holder, U256> debts_base;          ///< Of these; 1 where there is none.
    std::map<protocol::Holder, std::string> unvalued;     ///< Of these, why there is no figure.
    std::string unread;  ///< Why there are no figures, although nothing is degraded.
    std::string degraded;
    std::size_t history_blocks = 0;  ///< That were applied.
    std::vector<eth::Read> reads;    ///< Named for every block, answered or not.
};

class FakeHealth final : public protocol::Health {
  public:
    explicit FakeHealth(const Script& script) : script_(script) {}

    [[nodiscard]] Figure<protocol::PositionHealth> of(const protocol::Holder& holder
    ) const override {
        if (const auto why = script_.unvalued.find(holder); why != script_.unvalued.end()) {
            return Figure<protocol::PositionHealth>::without(FigureStatus::kNoData, why->second);
        }
        const auto found = script_.health_factors_wad.find(holder);
        protocol::PositionHealth health;
        health.health_factor_wad = U256::max();
        if (found != script_.health_factors_wad.end()) {
            health.health_factor_wad = found->second;
            const auto debt = script_.debts_base.find(holder);
            health.debt_base = debt == script_.debts_base.end() ? U256(1) : debt->second;
        }
        return Figure<protocol::PositionHealth>::of(health);
    }

    void each_indebted(const Visit& visit) const override {
        for (const auto& [holder, factor] : script_.health_factors_wad) {
            if (script_.unread.empty()) {
                visit(holder, of(holder));
            }
        }
    }

    [[nodiscard]] bool has_debt(const protocol::Holder& holder) const override {
        return script_.health_factors_wad.contains(holder);
    }

  private:
    const Script& script_;
};

class FakeViews final : public protocol::Views {
  public:
    [[nodiscard]] std::optional<Figure<protocol::ViewFigure>> answer(const eth::Read& /*read*/
    ) const override {
        return std::nullopt;
    }
};

class FakeProtocol : public protocol::Protocol {
  public:
    FakeProtocol(
        std::shared_ptr<Script> script,
        std::vector<protocol::MarketLabel> labels,
        protocol::MarketId first
    )
        : script_(std::move(script)), labels_(std::move(labels)), first_(first) {}

    [[nodiscard]] std::string_view name(protocol::MarketId /*market*/) const override {
        return "fake";
    }

    [[nodiscard]] protocol::MarketId first_market() const noexcept override { return first_; }

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] protocol::BaseCurrency base_currency(protocol::MarketId /*market*/
    ) const override {
        return {.symbol = "USD", .decimals = 8};
    }

    [[nodiscard]] std::string_view part_label() const override { return "ilk"; }

    [[nodiscard]] std::string part_name(const Hash32& part) const override {
        return "P" + std::to_string(part.bytes[0]);
    }

    [[nodiscard]] std::vector<eth::Read> plan_reads(const eth::Block& /*block*/) const override {
        return script_->reads;
    }

    [[nodiscard]] bool asks_in_history(const eth::LogList& /*logs*/) const override {
        return false;
    }

    void apply(const eth::Block& block, std::vector<protocol::Incident>& incidents) override {
        script_->history_blocks += block.live ? 0 : 1;
        std::ranges::move(std::exchange(script_->incidents, {}), std::back_inserter(incidents));
    }

    [[nodiscard]] Figure<bool> usable(protocol::MarketId /*market*/) const override {
        if (!script_->unread.empty()) {
            return Figure<bool>::without(FigureStatus::kNoData, script_->unread);
        }
        return script_->degraded.empty()
                   ? Figure<bool>::of(true)
                   : Figure<bool>::without(FigureStatus::kError, script_->degraded);
    }

    [[nodiscard]] std::string degraded(protocol::MarketId /*market*/) const override {
        return script_->degraded;
    }

    void give_up(protocol::MarketId /*market*/, const std::string& why) override {
        script_->degraded = why;
    }

    [[nodiscard]] std::unique_ptr<protocol::Health> health(
        protocol::MarketId /*market*/, protocol::At /*at*/
    ) const override {
        return std::make_unique<FakeHealth>(*script_);
    }

    [[nodiscard]] std::unique_ptr<protocol::Views> views(
        protocol::At /*at*/, protocol::Trust /*trust*/
    ) const override {
        return std::make_unique<FakeViews>();
    }

    [[nodiscard]] std::optional<std::string> call_name(BytesView /*call_data*/) const override {
        return std::nullopt;
    }

    [[nodiscard]] std::vector<protocol::BrokenLaw> broken_laws() const override {
        return script_->broken;
    }

    [[nodiscard]] std::vector<protocol::Standing> standings() const override {
        // Each of the two protocols speaks of its own market.
        std::vector<protocol::Standing> out = script_->standings;
        std::erase_if(out, [&](const protocol::Standing& one) { return one.market != first_; });
        return out;
    }

    [[nodiscard]] protocol::Sheet market_sheet(
        protocol::MarketId /*market*/, protocol::At /*at*/
    ) const override {
        return {};
    }

    [[nodiscard]] protocol::Sheet account_sheet(
        protocol::MarketId /*market*/, const Address& /*account*/, protocol::At /*at*/
    ) const override {
        return {};
    }

    [[nodiscard]] std::size_t holders(protocol::MarketId /*market*/) const override {
        return script_->health_factors_wad.size();
    }

    [[nodiscard]] protocol::Counts counts() const override {
        return {.holders = script_->health_factors_wad.size(), .positions = 0};
    }

    [[nodiscard]] std::vector<protocol::Holder> holders_after(
        protocol::MarketId /*market*/,
        const std::optional<protocol::Holder>& /*after*/,
        std::size_t /*limit*/
    ) const override {
        return {};
    }

    [[nodiscard]] bool figures_of(
        protocol::MarketId /*market*/, eth::BlockNum /*number*/
    ) const override {
        return true;
    }

    [[nodiscard]] std::vector<protocol::Subject> parts(protocol::MarketId /*market*/
    ) const override {
        return {};
    }

    void each_holder(
        protocol::MarketId /*market*/, const std::function<void(const protocol::Holder&)>& visit
    ) const override {
        for (const auto& [holder, factor] : script_->health_factors_wad) {
            visit(holder);
        }
    }

    [[nodiscard]] std::vector<protocol::Holder> holders_of(
        protocol::MarketId /*market*/, const Address& account
    ) const override {
        std::vector<protocol::Holder> out;
        for (const auto& [holder, factor] : script_->health_factors_wad) {
            if (holder.account == account) {
                out.push_back(holder);
            }
        }
        return out;
    }

    [[nodiscard]] std::vector<eth::Read> audit_reads(const protocol::Subject& /*subject*/
    ) const override {
        return {};
    }

    [[nodiscard]] std::vector<Hash32> holder_topics() const override { return {}; }

    [[nodiscard]] std::vector<Address> holder_sources(protocol::MarketId /*market*/
    ) const override {
        return {};
    }

    [[nodiscard]] std::vector<protocol::Holder> named_holders(const eth::Log& /*log*/
    ) const override {
        return {};
    }

    [[nodiscard]] std::unique_ptr<protocol::MarketReading> read_market(
        protocol::ReadingOptions /*options*/
    ) override {
        return nullptr;
    }

  private:
    std::shared_ptr<Script> script_;
    std::vector<protocol::MarketLabel> labels_;
    protocol::MarketId first_;
};

class FakeDeployment final : public protocol::Deployment {
  public:
    FakeDeployment(std::shared_ptr<Script> script, const std::string& market)
        : script_(std::move(script)),
          labels_{{.name = market, .contracts = "none", .deployed_at = std::nullopt}} {}

    [[nodiscard]] std::string_view name(std::size_t /*place*/) const override { return "fake"; }

    [[nodiscard]] const std::vector<protocol::MarketLabel>& markets() const noexcept override {
        return labels_;
    }

    [[nodiscard]] eth::LogFilter wanted_logs() const override { return {}; }

    [[nodiscard]] std::unique_ptr<protocol::Protocol> open(
        ledger::Ledger& /*ledger*/,
        protocol::Quarantine& /*quarantine*/,
        protocol::MarketId first_market
    ) const override {
        return std::make_unique<FakeProtocol>(script_, labels_, first_market);
    }

  private:
    std::shared_ptr<Script> script_;
    std::vector<protocol::MarketLabel> labels_;
};

}  // namespace faultline::engine
