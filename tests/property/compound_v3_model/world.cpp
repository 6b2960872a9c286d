// SPDX-License-Identifier: Apache-2.0
#include "property/compound_v3_model/world.hpp"

#include "property/compound_v3_model/chain.hpp"
#include "property/compound_v3_model/comet.hpp"
#include "property/compound_v3_model/comet_views.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/compound_v3/deployment.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::compound_v3_model {
namespace {

using tests::address_of;
using tests::Chance;
using tests::ModelPosition;
using tests::Refused;
using tests::ten_to;
using tests::ViewCall;

constexpr std::array<std::uint64_t, 2> kDeployedAt{1001, 1004};
/// The second is deployed and not initialized for two blocks.
constexpr std::array<std::uint64_t, 2> kInitializedAt{1001, 1006};
constexpr std::size_t kTokens = 24;

Address comet_address(std::size_t place) {
    return address_of("comet " + std::to_string(place));
}

Address feed_of(const Address& token) {
    return address_of("feed of " + token.hex());
}

/// Worth more than nothing at any price of the base: what is worth nothing may be borrowed without
/// collateral, by anybody and in no log, which no real market allows.
Int least_borrow(Chance& chance, const Int& scale) {
    return scale / kLeastBasePrice + 1 + chance.below(scale / 10);
}

}  // namespace

World::World(Chance& chance) {
    for (std::size_t i = 0; i < 8; ++i) {
        users_.push_back(address_of("user " + std::to_string(i)));
    }
    others_ = {Address{}, comet_address(0)};
    constexpr std::array<unsigned, 6> kDecimals{6, 18, 8, 18, 6, 12};
    for (std::size_t i = 0; i < kTokens; ++i) {
        const std::string symbol = "T" + std::to_string(i);
        const Address token = address_of(symbol);
        tokens_.push_back(token);
        chain_.tokens[token] = {
            .symbol = symbol,
            .decimals = kDecimals.at(i % kDecimals.size()),
            .fee_bps = i == 3 ? 10U : 0U,
            .holders = {{comet_address(0), 0}, {comet_address(1), 0}}
        };
        chain_.feeds[feed_of(token)] = {
            .answer = chance.up_to_digits(12) + kLeastBasePrice, .broken = false
        };
    }
    make_market(chance, "T0", "0", 3 + chance.below(std::uint64_t{4}));
    make_market(chance, "T1", "1", 14 + chance.below(std::uint64_t{4}));
}

void World::make_market(
    Chance& chance, std::string_view base, std::string_view name, std::size_t assets
) {
    const Address token = address_of(base);
    const unsigned decimals = chain_.tokens.at(token).decimals;
    const Int scale = ten_to(decimals);
    Configuration config{
        .base_token = token,
        .base_feed = feed_of(token),
        .extension = address_of("extension"),
        .asset_list = address_of("asset list of " + std::string(name)),
        .supply_kink = 0,
        .supply_low = 0,
        .supply_high = 0,
        .supply_base = 0,
        .borrow_kink = 0,
        .borrow_low = 0,
        .borrow_high = 0,
        .borrow_base = 0,
        .store_front_factor = chance.below(ten_to(18) + 1),
        .base_scale = scale,
        .tracking_index_scale = ten_to(15),
        .supply_speed = chance.below(ten_to(12)),
        .borrow_speed = chance.below(ten_to(12)),
        .min_for_rewards = 1 + chance.below(scale * 10),
        .borrow_min = least_borrow(chance, scale),
        .target_reserves = chance.below(scale * 100'000),
        .assets = {},
        .absorb_tells_transfer = !chance.one_in(4),
    };
    draw_rates(chance, config);
    for (std::size_t i = 0; config.assets.size() < assets; ++i) {
        if (tokens_[i] != token) {
            config.assets.push_back(listed(chance, tokens_[i]));
        }
    }
    comets_.emplace_back(comet_address(comets_.size()), std::move(config));
}

/// With the quantisation of AssetList's constructor.
Asset World::listed(Chance& chance, const Address& token) const {
    const unsigned decimals = chain_.tokens.at(token).decimals;
    const Int borrow = chance.below(Int(9'000));
    const Int liquidate = borrow + 1 + chance.below(Int(10'000 - borrow));
    const Int step = ten_to(14);
    return {
        .asset = token,
        .feed = feed_of(token),
        .scale = ten_to(decimals),
        .borrow_factor = borrow * step,
        .liquidate_factor = liquidate * step,
        .liquidation_factor = chance.below(Int(10'001)) * step,
        .supply_cap = chance.one_in(10) ? Int(0) : ten_to(12 + decimals),
    };
}

void World::draw_rates(Chance& chance, Configuration& config) {
    const auto per_second = [&](unsigned percent) {
        return chance.below(ten_to(16) * percent) / 31'536'000;
    };
    config.supply_kink = chance.below(ten_to(18));
    config.supply_base = chance.one_in(2) ? Int(0) : per_second(5);
    config.supply_low = per_second(10);
    config.supply_high = per_second(300);
    config.borrow_kink = chance.below(ten_to(18));
    config.borrow_base = chance.one_in(4) ? Int(0) : per_second(5);
    config.borrow_low = per_second(10);
    config.borrow_high = per_second(500);
}

std::unique_ptr<protocol::Deployment> World::deployment(bool from_start) {
    std::vector<compound_v3::MarketConfig> markets;
    for (std::size_t i = 0; i < kDeployedAt.size(); ++i) {
        markets.push_back(
            {.name = "market " + std::to_string(i),
             .comet = comet_address(i),
             .deployed_at = from_start ? std::optional(kDeployedAt.at(i)) : std::nullopt,
             .base_currency = {.symbol = "USD", .decimals = 8}}
        );
    }
    return std::make_unique<compound_v3::Deployment>(std::move(markets));
}

bool World::deployed(std::size_t place) const {
    return comets_[place].initialized();
}

void World::begin_block(std::uint64_t number, std::uint64_t time) {
    chain_.book.begin_block();
    chain_.number = number;
    chain_.now = time;
    for (std::size_t i = 0; i < comets_.size(); ++i) {
        if (number == kDeployedAt.at(i)) {
            chain_.book.begin_transaction();
            comets_[i].deploy(chain_);
        }
        if (number == kInitializedAt.at(i)) {
            comets_[i].initialize_storage(chain_);
        }
    }
}

std::optional<eth::ReadAnswer> World::answer(const eth::Read& read) const {
    for (const Comet& comet : comets_) {
        if (auto answer = comet_answer(chain_, comet, read)) {
            return answer;
        }
    }
    return chain_answer(chain_, read);
}

std::vector<ViewCall> World::views(Chance& chance) const {
    std::vector<ViewCall> out;
    std::vector<Address> accounts = users_;
    accounts.insert(accounts.end(), others_.begin(), others_.end());
    accounts.push_back(address_of("whale"));
    accounts.push_back(address_of("nobody"));
    for (const Comet& comet : comets_) {
        if (comet.initialized()) {
            for (ViewCall& call : comet_views(chance, chain_, comet, accounts)) {
                out.push_back(std::move(call));
            }
        }
    }
    return out;
}

std::vector<ModelPosition> World::positions() const {
    std::vector<ModelPosition> out;
    for (std::size_t market = 0; market < comets_.size(); ++market) {
        const Comet& comet = comets_[market];
        const auto& assets = comet.config().assets;
        const auto priced = [&](const Address& feed) {
            const Feed& of = chain_.feeds.at(feed);
            return !of.broken && of.answer > 0;
        };
        const bool all_priced =
            priced(comet.config().base_feed) && std::ranges::all_of(assets, priced, &Asset::feed);
        for (const Address& account : users_) {
            ModelPosition position{
                .market = market,
                .holder = {.account = account, .part = {}},
                .indebted = comet.user(account).principal < 0,
                .liquidatable = std::nullopt,
                .priced = all_priced,
                .late = false
            };
            try {
                position.liquidatable = comet.is_liquidatable(chain_, account);
            } catch (const Refused&) {
                position.priced = false;
            }
            if (comet.initialized()) {
                out.push_back(position);
            }
        }
    }
    return out;
}

}  // namespace faultline::compound_v3_model
