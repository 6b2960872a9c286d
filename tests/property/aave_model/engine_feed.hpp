// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/followed.hpp"
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_views.hpp"
#include "property/aave_model/version.hpp"
#include "property/legs_told.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave_model {

/// The engine's market, fed with the blocks of modelled contracts: it sees logs and the answers to
/// the reads it plans, and nothing else.
class EngineFeed {
  public:
    explicit EngineFeed(Version version) : config_(market()) {
        config_.generation = version == Version::k2 ? aave::Generation::kV2 : aave::Generation::kV3;
        market_.emplace(
            ledger_, quarantine_, std::vector{config_}, std::vector<protocol::MarketLabel>(1)
        );
        legs_.read_anew(*market_);
    }

    /// What the contracts logged in their block, as the next block. Returns the texts of incidents.
    std::vector<std::string> apply(const ContractModel& contracts, const eth::Header& header);

    /// The same with other logs in the block than the contracts wrote.
    std::vector<std::string> apply(
        const ContractModel& contracts, const eth::Header& header, const eth::LogList& logs
    );

    /// Takes back the newest block. @pre it was not taken back yet
    void undo();

    /// What the engine says against what the contracts answer.
    struct Comparison {
        std::size_t equal = 0;
        std::size_t withheld = 0;              ///< Optional views without a figure.
        std::vector<std::string> differences;  ///< Label, ours and theirs.
    };

    /// Also that legs are what rows told, and worth what the views are.
    [[nodiscard]] Comparison compare(
        const ContractModel& contracts, const std::vector<Address>& holders
    ) const;

    [[nodiscard]] const aave::Tables& tables() const { return market_->state().tables(); }

    [[nodiscard]] const protocol::Quarantine& quarantine() const { return quarantine_; }

    [[nodiscard]] std::vector<ledger::RowChange> rows() const { return ledger_.dump(); }

  private:
    aave::MarketConfig config_;
    ledger::Ledger ledger_;
    protocol::Quarantine quarantine_{ledger_};
    std::optional<aave::Followed> market_;
    tests::LegsTold legs_;
    eth::Header header_;
    std::vector<ledger::RowChange> changes_;  ///< Of the newest block.
};

}  // namespace faultline::aave_model
