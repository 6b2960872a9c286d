// SPDX-License-Identifier: Apache-2.0
#include "property/aave_model/contract_model.hpp"

#include "property/aave_model/contract_state.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace faultline::aave_model {

Address address_of(const std::string& name) {
    return Address::from_bytes(eth::keccak256("aave model " + name).view().first(Address::kSize));
}

const Address& treasury() {
    static const Address address = address_of("treasury");
    return address;
}

const aave::MarketConfig& market() {
    static const aave::MarketConfig config{
        .name = "model",
        .addresses_provider = address_of("provider"),
        .pool = address_of("pool"),
        .configurator = address_of("configurator"),
        .oracle = address_of("oracle"),
        .deployed_at = 0,
    };
    return config;
}

void ContractModel::begin_block(std::uint64_t number, Seconds now) {
    now_ = now;
    transaction_ = eth::keccak256("block " + std::to_string(number));
    transactions_ = 0;
    logs_.clear();
}

bool ContractModel::transact(const std::function<void()>& operations) {
    const State before = state_;
    pending_.clear();
    try {
        operations();
    } catch (const Reverted&) {
        state_ = before;
        return false;
    }
    transaction_ = eth::keccak256(transaction_.view());
    for (const Log& pending : pending_) {
        eth::Log log;
        log.address = pending.contract;
        log.topics = pending.topics;
        log.data = pending.data;
        log.tx_hash = transaction_;
        log.tx_index = transactions_;
        log.log_index = static_cast<std::uint32_t>(logs_.size());
        logs_.add(log);
        ++told_[pending.name];
    }
    ++transactions_;
    return true;
}

Reserve& ContractModel::reserve(ReserveIndex id) {
    require(id < state_.reserves.size() && state_.reserves[id].listed);
    return state_.reserves[id];
}

Position& ContractModel::edit(const Address& holder, ReserveIndex id) {
    return state_.positions[{holder, id}];
}

const Position& ContractModel::position(const Address& holder, ReserveIndex id) const {
    static const Position nothing;
    const auto found = state_.positions.find({holder, id});
    return found == state_.positions.end() ? nothing : found->second;
}

const Account& ContractModel::account(const Address& holder) const {
    static const Account nothing;
    const auto found = state_.accounts.find(holder);
    return found == state_.accounts.end() ? nothing : found->second;
}

}  // namespace faultline::aave_model
