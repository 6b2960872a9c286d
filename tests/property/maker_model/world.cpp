// SPDX-License-Identifier: Apache-2.0
#include "property/maker_model/world.hpp"

#include "property/maker_model/contract_views.hpp"
#include "property/maker_model/maker.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::maker_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::ModelPosition;
using tests::text_word;
using tests::ViewCall;

constexpr std::uint64_t kDeployedAt = 1001;

}  // namespace

World::World(Chance& chance) {
    for (std::size_t i = 0; i < 7; ++i) {
        users_.push_back(address_of("user " + std::to_string(i)));
    }
    maker_.par = ray();
    maker_.pot.dsr = ray();
    maker_.pot.chi = ray();
    maker_.vow.noted = !chance.one_in(3);
}

std::unique_ptr<protocol::Deployment> World::deployment(bool from_start) {
    const Addresses& all = addresses();
    std::vector<maker::MarketConfig> markets;
    markets.push_back(
        {.name = "dai",
         .vat = all.vat,
         .jug = all.jug,
         .spotter = all.spotter,
         .dog = all.dog,
         .vow = all.vow,
         .pot = all.pot,
         .dai = all.dai,
         .dai_join = all.dai_join,
         .end = all.end,
         .esm = all.esm,
         .psms = {},
         .susds = {},
         .stusds = {},
         .deployed_at = from_start ? std::optional(kDeployedAt) : std::nullopt,
         .base_currency = {.symbol = "DAI", .decimals = 18}}
    );
    return std::make_unique<maker::Deployment>(std::move(markets));
}

bool World::deployed(std::size_t /*place*/) const {
    return maker_.vat.line != 0;
}

/// The constructors log nothing of theirs; the first filing comes with them.
void World::begin_block(std::uint64_t number, std::uint64_t time) {
    maker_.book.begin_block();
    maker_.now = time;
    if (number == kDeployedAt) {
        maker_.book.begin_transaction();
        maker_.pot.rho = time;
        maker_.file_line(1'000'000'000 * rad());
        maker_.dog_file("Hole", 1'000'000'000 * rad());
    }
}

std::optional<eth::ReadAnswer> World::answer(const eth::Read& read) const {
    return contract_answer(maker_, read);
}

std::vector<ViewCall> World::views(Chance& chance) const {
    std::vector<Address> accounts = users_;
    const Addresses& all = addresses();
    accounts.insert(
        accounts.end(),
        {all.vow, all.pot, all.dai_join, address_of("flapper"), address_of("flash"), Address{}}
    );
    for (const auto& [at, clip] : maker_.clips) {
        accounts.push_back(at);
    }
    std::vector<Ilk> ilks = ilks_;
    ilks.push_back(text_word("UNKNOWN-A"));
    return contract_views(chance, maker_, ilks, accounts);
}

std::vector<ModelPosition> World::positions() const {
    std::vector<ModelPosition> out;
    for (const Ilk& ilk : ilks_) {
        for (const Address& urn : users_) {
            const auto at = maker_.vat.urns.find({ilk, urn});
            out.push_back(
                {.market = 0,
                 .holder = {.account = urn, .part = ilk},
                 .indebted = at != maker_.vat.urns.end() && at->second.art != 0,
                 .liquidatable = maker_.is_unsafe(ilk, urn),
                 .priced = maker_.vat.ilks.at(ilk).spot != 0,
                 .late = false}
            );
        }
    }
    return out;
}

}  // namespace faultline::maker_model
