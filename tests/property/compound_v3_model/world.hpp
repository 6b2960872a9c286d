// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/compound_v3_model/chain.hpp"
#include "property/compound_v3_model/comet.hpp"
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

namespace faultline::compound_v3_model {

/// In 8 decimals.
constexpr unsigned kLeastBasePrice = 10'000;

/// Two Comets that share tokens and feeds, and a few accounts that use them badly.
class World {
  public:
    explicit World(tests::Chance& chance);

    void begin_block(std::uint64_t number, std::uint64_t time);
    /// One transaction's call, by its name; throws tests::Refused.
    std::string operate(tests::Chance& chance);

    [[nodiscard]] tests::LogBook& book() { return chain_.book; }

    [[nodiscard]] const tests::LogBook& book() const { return chain_.book; }

    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const;
    [[nodiscard]] std::vector<tests::ViewCall> views(tests::Chance& chance) const;
    [[nodiscard]] std::vector<tests::ModelPosition> positions() const;
    [[nodiscard]] bool deployed(std::size_t place) const;
    [[nodiscard]] static std::unique_ptr<protocol::Deployment> deployment(bool from_start);

  private:
    struct Turn {
        tests::Chance& chance;
        Comet& comet;
    };

    void make_market(
        tests::Chance& chance, std::string_view name, std::string_view base, std::size_t assets
    );
    [[nodiscard]] Asset listed(tests::Chance& chance, const Address& token) const;
    static void draw_rates(tests::Chance& chance, Configuration& config);
    [[nodiscard]] const Address& actor(tests::Chance& chance) const;
    [[nodiscard]] const Address& anybody(tests::Chance& chance) const;
    [[nodiscard]] std::optional<Address> borrower(Turn turn) const;
    [[nodiscard]] Address collateral_of(Turn turn) const;
    /// What an account may still borrow, about.
    [[nodiscard]] Int capacity(const Comet& comet, const Address& account) const;
    std::optional<Int> base_amount(Turn turn, const Int& whole) const;

    void open_position(Turn turn);
    void supply(Turn turn);
    void repay(Turn turn);
    void withdraw(Turn turn);
    void borrow(Turn turn);
    void transfer(Turn turn);
    void transfer_debt(Turn turn);
    void supply_collateral(Turn turn);
    void withdraw_collateral(Turn turn);
    void transfer_collateral(Turn turn);
    void crash(Turn turn);
    void absorb(Turn turn);
    void buy(Turn turn);
    void withdraw_reserves(Turn turn);
    void pause(Turn turn);
    void accrue(Turn turn);
    void donate(Turn turn);
    void move_price(Turn turn);
    void upgrade(Turn turn);

    Chain chain_;
    std::vector<Comet> comets_;
    std::vector<Address> users_;
    std::vector<Address> others_;  ///< Who can only be given something.
    std::vector<Address> tokens_;
};

}  // namespace faultline::compound_v3_model
