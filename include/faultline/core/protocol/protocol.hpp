// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/standing.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// What a lending protocol is to everything above it. A protocol is a folder in core/protocols, the
/// schema of its configuration, and one line where protocols are registered (CONTRIBUTING.md).
namespace faultline::protocol {

/// A market as it is configured.
struct MarketLabel {
    std::string name;  ///< For people, unique within its chain: "core", "comet-usdc".
    /// The contracts it is told by, for the store's identity: "pool 0x…, configurator 0x…".
    std::string contracts;
    /// Block of its first event; nullopt: it has to be bootstrapped.
    std::optional<eth::BlockNum> deployed_at;
};

/// How much is kept of a protocol.
struct Counts {
    std::size_t holders = 0;
    std::size_t positions = 0;  ///< By holder and asset; of Comet by account, of Maker by vault.
};

/// What audits and bootstraps ask about.
enum class SubjectKind : std::uint8_t {
    kMarket,   ///< The market as a whole.
    kPart,     ///< A reserve, a collateral, a cToken (by `holder.account`), an ilk (by `part`).
    kAccount,  ///< A holder.
};

constexpr SubjectKind last_of(SubjectKind /*of*/) noexcept {
    return SubjectKind::kAccount;
}

struct Subject {
    MarketId market = 0;
    SubjectKind kind = SubjectKind::kMarket;
    Holder holder;  ///< Zero for a market.
    auto operator<=>(const Subject&) const = default;

    auto fields(this auto& self) { return std::tie(self.market, self.kind, self.holder); }
};

/// The markets of one protocol on one chain: folds logs into rows, says what it needs to read, and
/// what follows from the rows. Pure: no clock, no I/O, no randomness; every change goes through the
/// ledger, so a block can be undone without its help, and nothing may be remembered beside rows
/// from one block to the next.
///
/// Its markets are first_market() and those after it, in the order of markets().
class Protocol {
  public:
    Protocol() = default;
    Protocol(const Protocol&) = delete;
    Protocol& operator=(const Protocol&) = delete;
    virtual ~Protocol() = default;

    /// @name What it is
    /// @{
    /// "aave_v3", "compound_v3": the list it is configured in, and the label of alerts. Paths of
    /// the API and metrics: family().
    [[nodiscard]] virtual std::string_view name(MarketId market) const = 0;
    [[nodiscard]] virtual MarketId first_market() const noexcept = 0;
    [[nodiscard]] virtual const std::vector<MarketLabel>& markets() const noexcept = 0;
    [[nodiscard]] virtual BaseCurrency base_currency(MarketId market) const = 0;

    /// "ilk", and what it is called; empty where Holder::part is not used.
    [[nodiscard]] virtual std::string_view part_label() const { return {}; }

    [[nodiscard]] virtual std::string part_name(const Hash32& /*part*/) const { return {}; }

    /// @}

    /// @name Following
    /// @{
    /// View calls to make before `block`, with the answers it has, is applied; also those that it
    /// has the answer of, or not. For a block that is not live (history), only what no later block
    /// changes: nodes have no old state. Called again with the answers until it names no call that
    /// is not answered yet.
    [[nodiscard]] virtual std::vector<eth::Read> plan_reads(const eth::Block& block) const = 0;
    /// Whether plan_reads() may name calls for a block of history with these logs.
    [[nodiscard]] virtual bool asks_in_history(const eth::LogList& logs) const = 0;
    /// Folds the block into the rows. A log that does not decode or contradicts the rows is put
    /// into the quarantine and marks its market degraded, which the first time is an incident; the
    /// fold goes on. Logs of foreign contracts with topics of ours are passed over.
    virtual void apply(const eth::Block& block, std::vector<Incident>& incidents) = 0;

    /// Whether the next block's activities are told although it is history; nothing else depends on
    /// it.
    void tell_history(bool told) noexcept { tells_history_ = told; }

    /// @}

    /// @name Figures, as of the block last applied
    /// @{
    /// kValue, or why no figures are given: never seen, something not read yet, degraded.
    [[nodiscard]] virtual Figure<bool> usable(MarketId market) const = 0;
    /// Why the market is degraded; empty when it is not.
    [[nodiscard]] virtual std::string degraded(MarketId market) const = 0;
    /// A market that could not be read by a bootstrap: it will have no figures, for that reason.
    virtual void give_up(MarketId market, const std::string& why) = 0;
    [[nodiscard]] virtual std::unique_ptr<Health> health(MarketId market, At at) const = 0;
    /// Views of all markets.
    [[nodiscard]] virtual std::unique_ptr<Views> views(At at, Trust trust) const = 0;
    /// "isLiquidatable(address)" for a view call that it makes or answers; nullopt for any other.
    [[nodiscard]] virtual std::optional<std::string> call_name(BytesView call_data) const = 0;
    /// The laws that do not hold, of those that the rows tell at no cost: sums are kept, not taken.
    [[nodiscard]] virtual std::vector<BrokenLaw> broken_laws() const = 0;

    /// What people have to know of as long as the rows show it, in a stable order; asked for after
    /// every live block.
    [[nodiscard]] virtual std::vector<Standing> standings() const { return {}; }

    [[nodiscard]] virtual Sheet market_sheet(MarketId market, At at) const = 0;
    /// Everything about an account, with one list entry for each part it has.
    [[nodiscard]] virtual Sheet account_sheet(MarketId market, const Address& account, At at)
        const = 0;
    [[nodiscard]] virtual std::size_t holders(MarketId market) const = 0;
    /// Of all markets, at no cost: asked after each block.
    [[nodiscard]] virtual Counts counts() const = 0;

    /// "aave": what counts() is of, whatever its markets are called.
    [[nodiscard]] virtual std::string_view family() const { return name(first_market()); }

    /// At most `limit` of them that come after `after`, sorted.
    [[nodiscard]] virtual std::vector<Holder> holders_after(
        MarketId market, const std::optional<Holder>& after, std::size_t limit
    ) const = 0;

    /// @}

    /// @name Exposures
    /// @{
    /// The market and its parts at the end of that block. A part that has no legs is there, too.
    /// Figures are withheld as those of sheets are.
    [[nodiscard]] virtual MarketExposure exposure(MarketId /*market*/, At /*at*/) const {
        return {};
    }

    /// The legs of a position, by part and side; empty when it has none. Their sum over all holders
    /// is PartSide::total_units, but for what the README of the protocol says.
    [[nodiscard]] virtual std::vector<Leg> legs(MarketId /*market*/, const Holder& /*holder*/)
        const {
        return {};
    }

    /// All legs of a market, in no particular order.
    virtual void each_leg(MarketId /*market*/, const LegVisit& /*visit*/) const {}

    /// Whose legs a row of ours tells, if it tells legs; nullopt for any other row, and for rows
    /// of other tables. The key is encoded, as ledger::RowVisitor gives it.
    [[nodiscard]] virtual std::optional<std::pair<MarketId, Holder>> legs_told_by(
        ledger::TableId /*table*/, BytesView /*key*/
    ) const {
        return std::nullopt;
    }

    /// @}

    /// @name Signals
    /// @{
    /// Figures of a market and its parts at the end of that block that rules read, of those wanted:
    /// what does not follow from exposure() and health(), and what it defines otherwise (a
    /// utilisation of its own). Names and labels are the catalogue's.
    virtual void signals(
        MarketId /*market*/,
        At /*at*/,
        const signals::Wanted& /*wanted*/,
        const signals::Visit& /*visit*/
    ) const {}

    /// @}

    /// @name Audits
    /// @{
    /// Whether figures are of that block, not of history before it.
    [[nodiscard]] virtual bool figures_of(MarketId market, eth::BlockNum number) const = 0;
    /// Reserves, collaterals, ilks; sorted.
    [[nodiscard]] virtual std::vector<Subject> parts(MarketId market) const = 0;
    virtual void each_holder(MarketId market, const std::function<void(const Holder&)>& visit)
        const = 0;
    /// The positions of an account; empty when it has none.
    [[nodiscard]] virtual std::vector<Holder> holders_of(MarketId market, const Address& account)
        const = 0;
    /// The views of one subject; empty for what the rows do not know.
    [[nodiscard]] virtual std::vector<eth::Read> audit_reads(const Subject& subject) const = 0;

    /// The addresses by which logs name a subject.
    [[nodiscard]] virtual std::vector<Address> named_by(const Subject& subject) const {
        return {subject.holder.account};
    }

    /// @}

    /// @name Bootstraps
    /// @{
    /// First topics of the logs that name holders. Sorted.
    [[nodiscard]] virtual std::vector<Hash32> holder_topics() const = 0;

    /// Of those that name who need not hold anything, and so is in no list of holders. Sorted.
    [[nodiscard]] virtual std::vector<Hash32> topics_beside_holders() const { return {}; }

    /// The contracts whose logs name holders of a market, once MarketReading::of_market() is over.
    [[nodiscard]] virtual std::vector<Address> holder_sources(MarketId market) const = 0;
    /// Whom a log of one of those contracts names.
    [[nodiscard]] virtual std::vector<Holder> named_holders(const eth::Log& log) const = 0;
    [[nodiscard]] virtual std::unique_ptr<MarketReading> read_market(ReadingOptions options) = 0;
    /// @}

  protected:
    [[nodiscard]] bool tells_history() const noexcept { return tells_history_; }

  private:
    bool tells_history_ = false;
};

/// The configured markets of one protocol on a chain: what a Protocol is made from.
class Deployment {
  public:
    Deployment() = default;
    Deployment(const Deployment&) = delete;
    Deployment& operator=(const Deployment&) = delete;
    virtual ~Deployment() = default;

    /// As Protocol::name(), of the market with that place.
    [[nodiscard]] virtual std::string_view name(std::size_t place) const = 0;
    [[nodiscard]] virtual const std::vector<MarketLabel>& markets() const noexcept = 0;
    /// Every log that carries state of these markets, also of contracts that appear later.
    [[nodiscard]] virtual eth::LogFilter wanted_logs() const = 0;

    /// Ledger and quarantine outlive it.
    [[nodiscard]] virtual std::unique_ptr<Protocol> open(
        ledger::Ledger& ledger, Quarantine& quarantine, MarketId first_market
    ) const = 0;
};

}  // namespace faultline::protocol
