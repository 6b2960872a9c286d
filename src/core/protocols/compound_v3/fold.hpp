// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::compound_v3 {

/// First topics of the logs of a Comet that name holders of its market. Sorted.
std::vector<Hash32> holder_topics();
/// Whose position a log of a Comet changes; empty for one that changes none or does not decode.
std::vector<Address> holders_named(const eth::Log& log);

/// The logs of one block folded into one market.
///
/// Comet.sol says too little of base assets for rows to follow from logs alone: what an account
/// borrows or repays in a transfer is in no log. So a principal that a log leaves open, or that a
/// log contradicts, is marked unread and never trusted; reads make it good.
class Fold {
  public:
    /// The tables outlive it. `indices` are those at the block's end, which every base operation of
    /// the block used; without them every log of a base operation leaves its account unread.
    Fold(Tables& tables, MarketId market, std::optional<Indices> indices)
        : tables_(tables), market_(market), indices_(indices) {}

    /// A log of the Comet. kMalformed or kCorrupt: it was left out.
    Result<void> comet_log(const eth::Log& log);
    /// A Transfer of the base token or a collateral that `comet` may be a party of.
    void token_log(const Address& comet, const eth::Log& log);

    /// No logs follow.
    void finish() { miss_echo(); }

  private:
    /// What Comet logs next, if the principal it was worked out from is right: the ERC-20 side of a
    /// Supply, Withdraw or AbsorbDebt.
    struct Echo {
        std::uint32_t log_index = 0;
        Address account;
        bool minted = false;  ///< Transfer from zero; else to zero.
        U256 amount;
    };

    Result<void> on_supply(const eth::Log& log);
    Result<void> on_withdraw(const eth::Log& log);
    Result<void> on_absorb_debt(const eth::Log& log);
    Result<void> on_transfer(const eth::Log& log);
    Result<void> on_upgraded(const eth::Log& log);
    Result<void> on_admin_changed(const eth::Log& log);
    Result<void> on_supply_collateral(const eth::Log& log);
    Result<void> on_withdraw_collateral(const eth::Log& log);
    Result<void> on_transfer_collateral(const eth::Log& log);
    Result<void> on_absorb_collateral(const eth::Log& log);
    Result<void> move_base(
        const eth::Log& log, const Address& account, const U256& amount, bool in
    );
    void take_transferred(const Address& account, const U256& present, bool minted);
    void miss_echo();
    void leave_unread(const Address& account);

    Result<void> credit(const Address& account, const Address& asset, const U256& amount);
    Result<void> debit(const Address& account, const Address& asset, const U256& amount);
    Result<void> change_total(const Address& asset, const U256& amount, bool in);

    Tables& tables_;
    MarketId market_;
    std::optional<Indices> indices_;
    std::optional<Echo> echo_;
};

}  // namespace faultline::compound_v3
