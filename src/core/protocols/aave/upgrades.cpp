// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/upgrades.hpp"

#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/transition.hpp"
#include "core/protocols/aave/v2_events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

/// Whether a revision is taken at the log that brings it, or after logs were folded without it.
enum class When : std::uint8_t {
    kAtItsLog,
    kLate
};

template <class Event>
std::optional<Announcement> of_token(ContractRole role, const eth::Log& log) {
    const auto event = Event::decode(log);
    if (!event) {
        return std::nullopt;
    }
    const Address code = event->template get<"implementation">();
    return Announcement{
        .implementation = {.proxy = event->template get<"proxy">(), .code = code},
        .call = token_revision_read(role, code)
    };
}

std::optional<Announcement> of_pool(const MarketConfig& config, const Address& code) {
    return Announcement{
        .implementation = {.proxy = config.pool, .code = code},
        .call = revision_read(code, config.generation)
    };
}

std::uint64_t revision_in(const eth::Block& block, const eth::Read& call) {
    const eth::ReadAnswer* answer = block.answer(call);
    return answer == nullptr ? 0 : decode_revision(*answer);
}

std::string runs(const std::string& what, const Address& code, std::uint64_t revision) {
    return what + " runs, " + code.hex() + ", is of revision " + std::to_string(revision);
}

Error not_accounted_for(std::string what) {
    return Error(Code::kRejected, std::move(what) + ", which is not accounted for")
        .advise(
            "its figures are withheld; /v1/status says whether audits still find its rows right. "
            "Use a Faultline that knows this revision, with `faultline resync` and, for a market "
            "of V3, `faultline bootstrap`"
        );
}

/// The rules of a pool from here on.
Result<void> take_pool(Transition& at, const Address& code, std::uint64_t revision, When when) {
    const Rules* next = rules_of(revision, at.config.generation);
    if (next == nullptr) {
        return not_accounted_for(
            "what " + runs("the pool", code, revision) + " (accounted for are " +
            accounted_for(at.config.generation) + ")"
        );
    }
    MarketRow row = at.market_row();
    const Rules& before = at.rules();
    const bool first = row.pool_revision == 0;
    if (when == When::kLate && !folds_alike(before, *next)) {
        return Error(
                   Code::kRejected,
                   "what " + runs("the pool", code, revision) + " (Aave " +
                       std::string(next->release) +
                       "), and that was told only after its logs had been read as those of Aave " +
                       std::string(before.release)
        )
            .advise("run `faultline resync` to follow it again");
    }
    if (!first && !carries_over(before, *next)) {
        return Error(
                   Code::kRejected,
                   "the pool went from Aave " + std::string(before.release) + " to " +
                       std::string(next->release) +
                       ", which rewrites what it keeps without saying so in logs"
        )
            .advise(
                "its figures are withheld; `faultline resync` and `faultline bootstrap` read what "
                "it keeps now"
            );
    }
    row.pool_revision = revision;
    at.tables.markets.put({at.market}, std::move(row));
    return {};
}

Result<void> take_token(
    Transition& at, const Implementation& implementation, std::uint64_t revision, When when
) {
    const ContractKey key{.market = at.market, .address = implementation.proxy};
    const ContractRow* found = at.tables.contracts.find(key);
    if (found == nullptr) {
        return {};  // Of a reserve that is not listed (any more).
    }
    ContractRow row = *found;
    const std::string token = "token " + implementation.proxy.hex();
    const auto rounding = rounding_of(revision, at.rules());
    if (!rounding) {
        return not_accounted_for("what " + runs(token, implementation.code, revision));
    }
    if (*rounding != row.rounding && when == When::kLate) {
        return Error(
                   Code::kRejected,
                   "what " + runs(token, implementation.code, revision) +
                       ", and that was told only after its logs had been read as those of another"
        )
            .advise("run `faultline resync` to follow it again");
    }
    row.rounding = *rounding;
    at.tables.contracts.put(key, row);
    return {};
}

Result<void> take(
    Transition& at, const Implementation& implementation, std::uint64_t revision, When when
) {
    return implementation.proxy == at.config.pool
               ? take_pool(at, implementation.code, revision, when)
               : take_token(at, implementation, revision, when);
}

/// What they say of themselves; 0 for one that is no contract of the market any more. nullopt while
/// one of them has not told.
std::optional<std::vector<std::uint64_t>> revisions_if_told(
    const Transition& at, const std::vector<Implementation>& unread
) {
    std::vector<std::uint64_t> revisions;
    for (const Implementation& implementation : unread) {
        const auto call = revision_call(at.tables, at.config, at.market, implementation);
        revisions.push_back(call ? revision_in(at.block, *call) : 0);
        if (call && revisions.back() == 0) {
            return std::nullopt;
        }
    }
    return revisions;
}

template <class Event>
Result<void> readable_as(const eth::Log& log) {
    if (!Event::matches(log)) {
        return {};
    }
    const auto event = Event::decode(log);
    return event ? Result<void>() : Result<void>(event.error());
}

/// Why a log that ought to announce something cannot be read.
Result<void> readable(const eth::Log& log) {
    FAULTLINE_TRY_VOID(readable_as<events::Upgraded>(log));
    FAULTLINE_TRY_VOID(readable_as<events::ATokenUpgraded>(log));
    FAULTLINE_TRY_VOID(readable_as<events::VariableDebtTokenUpgraded>(log));
    FAULTLINE_TRY_VOID(readable_as<events::v2::LendingPoolUpdated>(log));
    FAULTLINE_TRY_VOID(readable_as<events::v2::StableDebtTokenUpgraded>(log));
    return readable_as<events::ProxyCreated>(log);
}

std::optional<Announcement> of_configurator(const MarketConfig& config, const eth::Log& log) {
    using namespace events;
    if (ATokenUpgraded::matches(log)) {
        return of_token<ATokenUpgraded>(ContractRole::kAToken, log);
    }
    if (VariableDebtTokenUpgraded::matches(log)) {
        return of_token<VariableDebtTokenUpgraded>(ContractRole::kVariableDebtToken, log);
    }
    return config.generation == Generation::kV2 && v2::StableDebtTokenUpgraded::matches(log)
               ? of_token<v2::StableDebtTokenUpgraded>(ContractRole::kStableDebtToken, log)
               : std::nullopt;
}

std::optional<Announcement> of_provider(const MarketConfig& config, const eth::Log& log) {
    using namespace events;
    if (config.generation == Generation::kV2) {
        // LendingPoolAddressesProvider.setLendingPoolImpl, which its ProxyCreated does not name.
        const auto event = v2::LendingPoolUpdated::matches(log)
                               ? v2::LendingPoolUpdated::decode(log)
                               : Error(Code::kMissing, "");
        return event ? of_pool(config, event->get<"newAddress">()) : std::nullopt;
    }
    const auto event =
        ProxyCreated::matches(log) ? ProxyCreated::decode(log) : Error(Code::kMissing, "");
    return event && event->get<"proxyAddress">() == config.pool
               ? of_pool(config, event->get<"implementationAddress">())
               : std::nullopt;
}

constexpr auto kHandlers = handlers_of(
    entry<events::ATokenUpgraded>(on_announced),
    entry<events::VariableDebtTokenUpgraded>(on_announced)
);

}  // namespace

std::span<const HandlerEntry> upgrade_handlers() {
    return kHandlers;
}

std::optional<Announcement> announced(const MarketConfig& config, const eth::Log& log) {
    if (log.address == config.configurator) {
        return of_configurator(config, log);
    }
    if (log.address == config.addresses_provider) {
        return of_provider(config, log);
    }
    if (log.address == config.pool && events::Upgraded::matches(log)) {
        const auto event = events::Upgraded::decode(log);
        return event ? of_pool(config, event->get<"implementation">()) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<eth::Read> revision_call(
    const Tables& tables,
    const MarketConfig& config,
    MarketId market,
    const Implementation& implementation
) {
    if (implementation.proxy == config.pool) {
        return revision_read(implementation.code, config.generation);
    }
    const ContractRow* token =
        tables.contracts.find({.market = market, .address = implementation.proxy});
    return token == nullptr ? std::nullopt
                            : std::optional(token_revision_read(token->role, implementation.code));
}

Result<void> on_announced(Transition& at, const eth::Log& log) {
    const auto found = announced(at.config, log);
    if (!found) {
        return readable(log);  // Then it is the creation of another proxy.
    }
    MarketRow row = at.market_row();
    const std::uint64_t revision = revision_in(at.block, found->call);
    if (revision != 0 && row.unread_implementations.empty()) {
        return take(at, found->implementation, revision, When::kAtItsLog);
    }
    // Of one that comes back the last time counts.
    std::erase(row.unread_implementations, found->implementation);
    row.unread_implementations.push_back(found->implementation);
    at.tables.markets.put({at.market}, std::move(row));
    return {};
}

Result<void> read_late(Transition& at) {
    MarketRow row = at.market_row();
    const auto revisions = revisions_if_told(at, row.unread_implementations);
    if (!revisions || revisions->empty()) {
        return {};  // The next live block asks.
    }
    const auto unread = std::exchange(row.unread_implementations, {});
    at.tables.markets.put({at.market}, std::move(row));
    Result<void> all;
    for (std::size_t i = 0; i < unread.size(); ++i) {
        Result<void> taken = (*revisions)[i] == 0
                                 ? Result<void>()
                                 : take(at, unread[i], (*revisions)[i], When::kLate);
        if (all && !taken) {
            all = std::move(taken);  // What the others run is taken all the same.
        }
    }
    return all;
}

}  // namespace faultline::aave
