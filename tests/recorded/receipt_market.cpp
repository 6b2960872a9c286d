// SPDX-License-Identifier: Apache-2.0
#include "recorded/receipt_market.hpp"

#include "core/protocols/aave/events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::recorded {
namespace {

namespace events = aave::events;

using Transfer = eth::Event<"Transfer(address indexed from, address indexed to, uint256 value)">;

Address address_in(const Hash32& word) {
    return Address::from_bytes(BytesView(word.bytes).last(Address{}.bytes.size()));
}

/// Where a pool's log has reserves among its topics.
struct ReserveTopic {
    Hash32 topic0;
    std::size_t at;
};

constexpr std::array kReserveTopics = {
    ReserveTopic{events::ReserveDataUpdated::kTopic0, 1},
    ReserveTopic{events::Supply::kTopic0, 1},
    ReserveTopic{events::Withdraw::kTopic0, 1},
    ReserveTopic{events::Borrow::kTopic0, 1},
    ReserveTopic{events::Repay::kTopic0, 1},
    ReserveTopic{events::CollateralEnabled::kTopic0, 1},
    ReserveTopic{events::CollateralDisabled::kTopic0, 1},
    ReserveTopic{events::MintedToTreasury::kTopic0, 1},
    ReserveTopic{events::DeficitCovered::kTopic0, 1},
    ReserveTopic{events::IsolationModeTotalDebtUpdated::kTopic0, 1},
    ReserveTopic{events::DeficitCreated::kTopic0, 2},
    ReserveTopic{events::FlashLoan::kTopic0, 2},
    ReserveTopic{events::LiquidationCall::kTopic0, 1},
    ReserveTopic{events::LiquidationCall::kTopic0, 2},
};

bool is_token_log(const eth::Log& log) {
    return events::Mint::matches(log) || events::Burn::matches(log) ||
           events::BalanceTransfer::matches(log);
}

/// Whether it is passed on from one account to another, as debt is not.
bool transfers(const eth::LogList& logs, const Address& token) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (logs[i].address == token && events::BalanceTransfer::matches(logs[i])) {
            return true;
        }
    }
    return false;
}

/// A contract nobody has, for a token that does not speak.
Address stand_in(std::uint8_t kind, std::uint8_t number) {
    Address out;
    out.bytes = {0xfa, kind, number};
    return out;
}

/// Logs of one emitter after the other.
class LogWriter {
  public:
    template <class Event>
    void add(const Address& emitter, typename Event::Values values) {
        const eth::EncodedLog encoded = *Event::encode(values);
        eth::Log log;
        log.address = emitter;
        log.topics = encoded.topics;
        log.data = encoded.data;
        log.log_index = static_cast<std::uint32_t>(logs_.size());
        logs_.add(log);
    }

    eth::LogList take() { return std::move(logs_); }

  private:
    eth::LogList logs_;
};

}  // namespace

ReceiptMarket::ReceiptMarket(const aave::MarketConfig& config, const eth::LogList& logs)
    : config_(config) {
    find_reserves(logs);
    if (spoke_) {
        find_tokens(logs);
    }
}

void ReceiptMarket::find_reserves(const eth::LogList& logs) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const eth::Log log = logs[i];
        spoke_ = spoke_ || log.address == config_.pool || log.address == config_.configurator;
        if (log.address != config_.pool || log.topics.empty()) {
            continue;
        }
        for (const auto& [topic0, at] : kReserveTopics) {
            if (log.topics[0] == topic0 && at < log.topics.size()) {
                reserves_.try_emplace(address_in(log.topics[at]));
            }
        }
    }
}

bool ReceiptMarket::moves_asset(
    const eth::LogList& logs, const Address& reserve, const Address& token
) const {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const eth::Log log = logs[i];
        if (log.address == reserve && Transfer::matches(log) && log.topics.size() == 3 &&
            (address_in(log.topics[1]) == token || address_in(log.topics[2]) == token)) {
            return true;
        }
    }
    return false;
}

std::optional<Address> ReceiptMarket::reserve_updated(const eth::Log& log) const {
    const bool updated = log.address == config_.pool && events::ReserveDataUpdated::matches(log);
    return updated ? std::optional(address_in(log.topics[1])) : std::nullopt;
}

/// Finds whose token the emitter of that log is, by what the pool says before and after it.
void ReceiptMarket::place(const eth::LogList& logs, std::size_t index) {
    const Address token = logs[index].address;
    std::optional<Address> before;
    for (std::size_t i = index; i-- > 0 && !before;) {
        before = reserve_updated(logs[i]);
    }
    std::optional<Address> after;
    bool with_a_tokens = false;
    bool treasury = false;
    for (std::size_t i = index + 1; i < logs.size() && !after; ++i) {
        after = reserve_updated(logs[i]);
        if (logs[i].address == config_.pool && events::Repay::matches(logs[i]) && !after) {
            const auto repay = events::Repay::decode(logs[i]);
            with_a_tokens = repay && repay->get<"useATokens">();
            break;
        }
        if (logs[i].address == config_.pool && events::MintedToTreasury::matches(logs[i])) {
            treasury = true;
            before = address_in(logs[i].topics[1]);
            break;
        }
    }
    std::optional<Address> moved;
    for (const auto& [reserve, tokens] : reserves_) {
        moved = !moved && moves_asset(logs, reserve, token) ? std::optional(reserve) : moved;
    }
    const std::optional<Address> supplied = moved ? moved : before;
    const bool a_token = moved || with_a_tokens || treasury || transfers(logs, token) || !after;
    if (a_token && supplied) {
        reserves_[*supplied].a_token = reserves_[*supplied].a_token.value_or(token);
    } else if (!a_token) {
        reserves_[*after].debt_token = reserves_[*after].debt_token.value_or(token);
    }
}

void ReceiptMarket::find_tokens(const eth::LogList& logs) {
    std::set<Address> placed;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const eth::Log log = logs[i];
        if (log.topics.size() < 3 || !is_token_log(log)) {
            continue;
        }
        if (placed.insert(log.address).second) {
            place(logs, i);
        }
        holders_[log.address].insert(address_in(log.topics[1]));
        holders_[log.address].insert(address_in(log.topics[2]));
    }
}

bool ReceiptMarket::is_ours(const eth::Log& log) const {
    if (log.address == config_.pool || log.address == config_.configurator ||
        log.address == config_.addresses_provider) {
        return true;
    }
    for (const auto& [reserve, tokens] : reserves_) {
        if (log.address == tokens.a_token || log.address == tokens.debt_token) {
            return true;
        }
    }
    return false;
}

eth::LogList ReceiptMarket::preamble() const {
    const U256 plenty = *checked_mul(U256(std::uint64_t{1} << 62U), U256(std::uint64_t{1} << 38U));
    const U256 more = *checked_mul(plenty, U256(std::uint64_t{1} << 20U));
    LogWriter out;
    const Address code = stand_in(3, 0);
    out.add<events::ProxyCreated>(config_.addresses_provider, {Hash32{}, config_.pool, code});
    std::uint8_t number = 0;
    for (const auto& [reserve, tokens] : reserves_) {
        ++number;
        const Address a = tokens.a_token.value_or(stand_in(1, number));
        const Address debt = tokens.debt_token.value_or(stand_in(2, number));
        out.add<events::ATokenInitialized>(
            a, {reserve, config_.pool, Address{}, Address{}, 18, "a", "a", BytesView{}}
        );
        out.add<events::ReserveInitialized>(
            config_.configurator, {reserve, a, Address{}, debt, Address{}}
        );
        out.add<events::Supply>(config_.pool, {reserve, a, a, more, 0});
        for (const Address& token : {a, debt}) {
            const auto found = holders_.find(token);
            for (const Address& holder :
                 found == holders_.end() ? std::set<Address>() : found->second) {
                out.add<events::Mint>(token, {holder, holder, plenty, U256(0), ray()});
                if (token == debt) {
                    out.add<events::Borrow>(
                        config_.pool, {reserve, holder, holder, plenty, 2, U256(0), 0}
                    );
                }
            }
        }
        out.add<events::DeficitCreated>(config_.pool, {a, reserve, plenty});
    }
    return out.take();
}

}  // namespace faultline::recorded
