// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v3/reads.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/compound_v3/market_config.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace faultline::compound_v3 {

/// In a block that accrued, suppliers are read in a round, so many at a time: an amount of 0
/// transferred to one of them takes a unit of its principal, and no log or total tells. Where a
/// market has no more suppliers than that, that is all of them, and nothing can be missed.
inline constexpr std::size_t kSuppliersAtOnce = 256;

/// So many accounts whose principal is unread are read in a block, by address. After history that
/// is everybody who can have one, so the market is without figures for some blocks. They are among
/// the 256: the round takes what they leave.
inline constexpr std::size_t kUnreadAtOnce = kSuppliersAtOnce;

/// Whose userBasic is to be read.
struct Candidates {
    /// Sorted: whom the block's logs name; whose principal is unread, as many as a block may ask
    /// for; in a block that accrued, whoever can be a party of a transfer of base that no log
    /// tells, which is everybody who owes or has collateral and so may borrow (such a transfer
    /// changes both principals, and the totals may stay what they were); and the next suppliers in
    /// the round.
    std::vector<Address> accounts;
    std::vector<Address> later;  ///< To be marked as unread: a later block reads them.
    Address supplier_last;       ///< Where the round stands after them.
};

/// What one market has to have read for one live block, and what of it is answered: the same when
/// it is asked for and when the block is applied, as long as the rows are those before the block.
///
/// | read | when |
/// |---|---|
/// | getters, getAssetInfo(i) | first seen, upgraded, or not answered before |
/// | totalsBasic() | every block: accrueAccount leaves no log |
/// | latestRoundData() of each feed | every block: what feeds say is in no log of theirs in general
/// | | balanceOf(comet) of a token | until it is known; its logs tell it from then on, where its
/// transfers are asked for | |
/// userBasic(account) | see candidates() |
class Plan {
  public:
    /// All outlive it. What it says does not change when the rows do, but for candidates().
    Plan(
        const Tables& tables, MarketId market, const MarketConfig& config, const eth::Block& block
    );

    /// Whether the market exists, as far as is known.
    [[nodiscard]] bool exists() const noexcept { return row_ != nullptr || spoke_; }

    /// Whether the Comet was given another implementation in the block.
    [[nodiscard]] bool upgraded() const noexcept { return upgraded_; }

    [[nodiscard]] std::vector<eth::Read> reads() const;

    /// The configuration after the block: read now, or kept; otherwise why there is none.
    [[nodiscard]] const Result<Configuration>& configuration() const noexcept {
        return configuration_;
    }

    [[nodiscard]] bool reads_configuration() const noexcept { return reads_configuration_; }

    /// nullopt while they are not answered.
    [[nodiscard]] const std::optional<Totals>& totals() const noexcept { return totals_; }

    /// Whether interest accrued in the block. Without that no principal changed: whatever writes
    /// one accrues first.
    [[nodiscard]] bool accrued() const;

    /// Whether candidates() have to be read.
    [[nodiscard]] bool reads_principals() const noexcept { return reads_principals_; }

    /// Whose principals have to be read; nobody's when no interest accrued and no read is due from
    /// before. The rows must be those before the block.
    [[nodiscard]] Candidates candidates() const;

  private:
    [[nodiscard]] std::vector<eth::Read> configuration_reads_due() const;
    void add_state_reads(std::vector<eth::Read>& reads) const;

    const Tables& tables_;
    MarketId market_;
    const MarketConfig& config_;
    const Address& comet_;
    const eth::Block& block_;
    const MarketRow* row_;
    bool spoke_ = false;
    bool upgraded_ = false;
    bool reads_configuration_ = false;
    bool reads_principals_ = false;
    Result<Configuration> configuration_;
    std::optional<Totals> totals_;
};

/// userBasic(account)
eth::Read user_read(const Address& comet, const Address& account);

}  // namespace faultline::compound_v3
