// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/compound_v2_model/contracts.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline::compound_v2_model {

/// A Comptroller whose cTokens come one by one, and a few accounts that use them badly.
class World {
  public:
    explicit World(tests::Chance& chance);

    void begin_block(std::uint64_t number, std::uint64_t time);
    /// One transaction's call, by its name; throws tests::Refused.
    std::string operate(tests::Chance& chance);

    [[nodiscard]] tests::LogBook& book() { return contracts_.book; }

    [[nodiscard]] const tests::LogBook& book() const { return contracts_.book; }

    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const;
    [[nodiscard]] std::vector<tests::ViewCall> views(tests::Chance& chance) const;
    [[nodiscard]] std::vector<tests::ModelPosition> positions() const;
    [[nodiscard]] bool deployed(std::size_t place) const;
    [[nodiscard]] static std::unique_ptr<protocol::Deployment> deployment(bool from_start);

    [[nodiscard]] const Contracts& contracts() const { return contracts_; }

  private:
    Place some_token(tests::Chance& chance) const;
    [[nodiscard]] const Address& user(tests::Chance& chance) const;
    /// Somebody who owes, and what.
    void find_debt(tests::Chance& chance, Address& borrower, Place& at) const;
    [[nodiscard]] Int tokens_of(Place at, const Address& account) const;
    /// What of an underlying is worth the surplus of an account, about.
    [[nodiscard]] Int capacity(Place at, const Address& account) const;
    static RateModel draw_model(tests::Chance& chance);
    Address make_model(tests::Chance& chance);
    void draw_price(tests::Chance& chance, const Address& oracle, const Address& token);

    void open_position(tests::Chance& chance);
    void mint(tests::Chance& chance);
    void redeem(tests::Chance& chance);
    void redeem_underlying(tests::Chance& chance);
    void borrow(tests::Chance& chance);
    void repay(tests::Chance& chance);
    void liquidate(tests::Chance& chance);
    void transfer(tests::Chance& chance);
    void enter(tests::Chance& chance);
    void exit(tests::Chance& chance);
    void accrue(tests::Chance& chance);
    void add_reserves(tests::Chance& chance);
    void reduce_reserves(tests::Chance& chance);
    void reserve_factor(tests::Chance& chance);
    void change_model(tests::Chance& chance);
    void change_parameters(tests::Chance& chance);
    void collateral_factor(tests::Chance& chance);
    void comptroller_setting(tests::Chance& chance);
    void pause(tests::Chance& chance);
    void change_oracle(tests::Chance& chance);
    void list(tests::Chance& chance);
    void become(tests::Chance& chance);
    void donate(tests::Chance& chance);
    void move_price(tests::Chance& chance);
    void crash(tests::Chance& chance);

    Contracts contracts_;
    std::vector<Address> users_;
    std::vector<Address> models_;
};

}  // namespace faultline::compound_v2_model
