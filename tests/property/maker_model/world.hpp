// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/maker_model/maker.hpp"
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

namespace faultline::maker_model {

/// Maker with ilks that come one by one, and a few accounts that use it badly.
class World {
  public:
    explicit World(tests::Chance& chance);

    void begin_block(std::uint64_t number, std::uint64_t time);
    /// One transaction's call, by its name; throws tests::Refused.
    std::string operate(tests::Chance& chance);

    [[nodiscard]] tests::LogBook& book() { return maker_.book; }

    [[nodiscard]] const tests::LogBook& book() const { return maker_.book; }

    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const;
    [[nodiscard]] std::vector<tests::ViewCall> views(tests::Chance& chance) const;
    [[nodiscard]] std::vector<tests::ModelPosition> positions() const;
    [[nodiscard]] bool deployed(std::size_t place) const;
    [[nodiscard]] static std::unique_ptr<protocol::Deployment> deployment(bool from_start);

    [[nodiscard]] const Maker& maker() const { return maker_; }

  private:
    [[nodiscard]] const Address& user(tests::Chance& chance) const;
    [[nodiscard]] const Ilk& ilk(tests::Chance& chance) const;
    /// An active auction of any clip.
    void find_sale(tests::Chance& chance, Address& clip, Int& id) const;
    void file_clip(tests::Chance& chance, const Address& clip);
    void file_calc(tests::Chance& chance, const Address& calc);
    Address make_curve(tests::Chance& chance);
    void make_clip(tests::Chance& chance, const Ilk& ilk);

    // What accounts do.
    void open(tests::Chance& chance);
    void frob(tests::Chance& chance);
    void fork(tests::Chance& chance);
    void flux(tests::Chance& chance);
    void move(tests::Chance& chance);
    void join_gem(tests::Chance& chance);
    void join_dai(tests::Chance& chance);
    void drip(tests::Chance& chance);
    void poke(tests::Chance& chance);
    void crash(tests::Chance& chance);
    void crash(tests::Chance& chance, const Ilk& of);
    void save(tests::Chance& chance);
    void bark(tests::Chance& chance);
    void take(tests::Chance& chance);
    void redo(tests::Chance& chance);
    void yank(tests::Chance& chance);
    void upchost(tests::Chance& chance);
    void vow(tests::Chance& chance);
    void flash(tests::Chance& chance);
    void heal_oneself(tests::Chance& chance);
    // What governance does.
    void new_ilk(tests::Chance& chance);
    void duty(tests::Chance& chance);
    void vat_setting(tests::Chance& chance);
    void spot_setting(tests::Chance& chance);
    void dog_setting(tests::Chance& chance);
    void clip_setting(tests::Chance& chance);
    void new_clip(tests::Chance& chance);
    void vow_setting(tests::Chance& chance);
    void grab(tests::Chance& chance);
    void suck(tests::Chance& chance);
    void cage(tests::Chance& chance);

    Maker maker_;
    std::vector<Address> users_;
    std::vector<Ilk> ilks_;
    std::uint64_t made_ = 0;
};

}  // namespace faultline::maker_model
