// SPDX-License-Identifier: Apache-2.0
// Blocks of model Comets, folded as the engine folds them: reads planned, answered, applied.
#pragma once

#include "core/protocols/compound_v3/markets.hpp"
#include "unit/core/protocol/activities_told.hpp"
#include "unit/core/protocols/compound_v3/comet_model.hpp"
#include "unit/core/protocols/compound_v3/comet_node.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v3::tests {

inline Bytes bytes_of(const std::vector<U256>& words) {
    Bytes out;
    for (const U256& word : words) {
        const auto bytes = word.to_be_bytes();
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
}

class CometChain {
  public:
    /// Whether a read is left without an answer.
    using Hole = std::function<bool(const eth::Read& read)>;

    explicit CometChain(std::vector<CometModel> comets, std::vector<Address> tokens = {})
        : models(std::move(comets)) {
        std::vector<MarketConfig> configs;
        for (const CometModel& model : models) {
            configs.push_back(
                {.name = "m" + std::to_string(configs.size()),
                 .comet = model.comet,
                 .tokens = tokens,
                 .deployed_at = 1}
            );
        }
        deployment_ = std::make_unique<Deployment>(configs);
        protocol_ = deployment_->open(ledger, quarantine, 0);
        for (CometModel& model : models) {
            model.now = model.last_accrual = now_;
            model.upgrade();
        }
    }

    /// The chain's first market.
    CometModel& comet() { return models.front(); }

    [[nodiscard]] Markets& markets() { return dynamic_cast<Markets&>(*protocol_); }

    /// Ends the block: its logs folded.
    std::vector<protocol::Incident> seal(bool live = true) {
        ++number_;
        eth::Block block;
        block.header.ref.number = number_;
        block.header.timestamp = UnixSeconds{now_};
        block.live = live;
        for (CometModel& model : models) {
            for (const ModelLog& log : model.logs) {
                add(block, log.address, log.log.topics, log.log.data);
            }
            model.logs.clear();
        }
        for (const ModelLog& log : foreign) {
            add(block, log.address, log.log.topics, log.log.data);
        }
        foreign.clear();
        answer(block);
        std::vector<protocol::Incident> incidents;
        protocol_->apply(block, incidents);
        undo_.emplace_back(ledger.seal(), before_);
        activities = protocol::activities_of(incidents);
        return incidents;
    }

    /// Begins the next block, some seconds later.
    CometModel& next(std::uint64_t seconds = 12) {
        before_ = {now_, models};
        now_ += seconds;
        for (CometModel& model : models) {
            model.now = now_;
        }
        return models.front();
    }

    /// Seals a block of what `change` does.
    std::vector<protocol::Incident> block(
        const std::function<void(CometModel&)>& change, bool live = true
    ) {
        change(next());
        return seal(live);
    }

    /// Takes the last block back.
    void revert() {
        REQUIRE(ledger.undo(undo_.back().first));
        now_ = undo_.back().second.first;
        models = undo_.back().second.second;
        undo_.pop_back();
        --number_;
    }

    [[nodiscard]] protocol::At at() const {
        return {.number = number_, .timestamp = UnixSeconds{now_}};
    }

    /// Every view of every account and market; how many are not equal.
    [[nodiscard]] std::size_t different(const std::vector<Address>& accounts) const {
        const auto views = protocol_->views(at(), protocol::Trust::kWithhold);
        std::size_t out = 0;
        for (const CometModel& model : models) {
            std::vector<eth::Read> reads;
            for (const View view :
                 {View::kTotalsBasic,
                  View::kTotalSupply,
                  View::kTotalBorrow,
                  View::kGetUtilization,
                  View::kGetReserves}) {
                reads.push_back(view_read(model.comet, view));
            }
            for (const ModelAsset& asset : model.listed) {
                for (const View view : {View::kTotalsCollateral, View::kGetCollateralReserves}) {
                    reads.push_back(view_read(model.comet, view, {word_of(asset.asset)}));
                }
            }
            for (const Address& account : accounts) {
                for (const View view :
                     {View::kUserBasic,
                      View::kBalanceOf,
                      View::kBorrowBalanceOf,
                      View::kIsLiquidatable,
                      View::kIsBorrowCollateralized}) {
                    reads.push_back(view_read(model.comet, view, {word_of(account)}));
                }
            }
            for (const eth::Read& read : reads) {
                const eth::ReadAnswer truth{
                    .read = read,
                    .outcome = eth::ReadOutcome::kReturned,
                    .result = bytes_of(*tests::answer_of(model, read))
                };
                const auto ours = *views->answer(read);
                const bool same = protocol::compare(ours, truth) == protocol::Compared::kEqual;
                if (!same) {
                    UNSCOPED_INFO(
                        find_view(read.data)->signature
                        << " at block " << number_ << ": " << protocol::text_of(truth, false)
                        << ", ours " << protocol::text_of(ours.value) << " " << ours.reason
                    );
                }
                out += same ? 0 : 1;
            }
        }
        return out;
    }

    std::vector<CometModel> models;
    std::vector<ModelLog> foreign;  ///< Logs of others in the block.
    Hole hole;
    Hole refused;                                ///< What no endpoint carries through.
    std::vector<eth::Read> recorded;             ///< What blocks have answers to, asked or not.
    std::size_t planned = 0;                     ///< Reads of the last block.
    std::vector<protocol::Incident> activities;  ///< Of the last block.
    ledger::Ledger ledger;
    protocol::Quarantine quarantine{ledger};

  private:
    void add(
        eth::Block& block, const Address& from, const std::vector<Hash32>& topics, const Bytes& data
    ) {
        eth::Log log;
        log.address = from;
        log.topics = topics;
        log.data = data;
        log.log_index = static_cast<std::uint32_t>(block.logs.size());
        if (!deployment_->configs().front().tokens.empty() &&
            !deployment_->wanted_logs().wants(log)) {
            return;
        }
        block.logs.add(log);
    }

    [[nodiscard]] std::optional<eth::ReadAnswer> answer_of(const eth::Read& read) const {
        if (hole && hole(read)) {
            return std::nullopt;
        }
        if (refused && refused(read)) {
            return eth::ReadAnswer{
                .read = read, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}
            };
        }
        for (const CometModel& model : models) {
            if (const auto words = tests::answer_of(model, read)) {
                return eth::ReadAnswer{
                    .read = read,
                    .outcome = eth::outcome_of(words->empty()),
                    .result = bytes_of(*words)
                };
            }
        }
        return eth::ReadAnswer{.read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}};
    }

    void answer(eth::Block& block) {
        for (const eth::Read& read : recorded) {
            block.reads.push_back(*answer_of(read));
        }
        for (bool more = true; more;) {
            more = false;
            const auto asked = protocol_->plan_reads(block);
            planned = asked.size();
            for (const eth::Read& read : asked) {
                if (!block.made(read)) {
                    if (auto told = answer_of(read)) {
                        block.reads.push_back(*std::move(told));
                        more = true;
                    }
                }
            }
        }
    }

    std::unique_ptr<Deployment> deployment_;
    std::unique_ptr<protocol::Protocol> protocol_;
    std::uint64_t now_ = 1'700'000'000;
    eth::BlockNum number_ = 0;
    std::pair<std::uint64_t, std::vector<CometModel>> before_{now_, {}};
    std::vector<std::pair<
        std::vector<ledger::RowChange>,
        std::pair<std::uint64_t, std::vector<CometModel>>>>
        undo_;
};

inline const Address kAlice = address(100);
inline const Address kBob = address(101);
inline const Address kCarol = address(102);
/// Has nothing at first.
inline const Address kDave = address(103);
inline const std::vector<Address> kAll{kAlice, kBob, kCarol, kDave};

/// Alice supplies base, Bob and Carol owe against collateral; interest has accrued.
inline std::unique_ptr<CometChain> a_market(
    std::size_t assets = 2, std::vector<Address> tokens = {}
) {
    auto chain =
        std::make_unique<CometChain>(std::vector{CometModel(200, assets)}, std::move(tokens));
    REQUIRE(chain->seal().empty());
    chain->block([](CometModel& comet) {
        comet.supply(kAlice, kAlice, 1'000'000'007);
        comet.supply_collateral(kBob, comet.listed[0], U128{kWad} * 5);
        comet.supply_collateral(kCarol, comet.listed.back(), U128{kWad} * 7);
    });
    chain->block([](CometModel& comet) {
        comet.withdraw(kBob, 300'000'001);
        comet.withdraw(kCarol, 299'999'999);
    });
    chain->next(86'400 * 30);
    chain->seal();
    REQUIRE(chain->different(kAll) == 0);
    return chain;
}

/// A hole for what accounts have, as on tapes.
inline bool is_user(const eth::Read& read) {
    const KnownView* known = find_view(read.data);
    return known != nullptr && known->view == View::kUserBasic;
}

}  // namespace faultline::compound_v3::tests
