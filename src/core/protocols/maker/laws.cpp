// SPDX-License-Identifier: Apache-2.0
// What the Vat keeps true at the end of every block, of sums that the rows keep.
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>
#include <string>
#include <vector>

namespace faultline::maker {
namespace {

struct Laws {
    MarketId market;
    std::vector<protocol::BrokenLaw> broken;

    void equal(
        const std::string& law,
        const U256& one,
        const std::optional<U256>& other,
        const std::string& of = {}
    ) {
        if (one != other) {
            say(law, one, "is not", other, of);
        }
    }

    void at_least(const std::string& law, const U256& one, const std::optional<U256>& other) {
        if (!other || one < *other) {
            say(law, one, "is less than", other, {});
        }
    }

    void say(
        const std::string& law,
        const U256& one,
        const std::string& relation,
        const std::optional<U256>& other,
        const std::string& of
    ) {
        broken.push_back(
            {.market = market,
             .law = law,
             .text = (of.empty() ? of : of + ": ") + one.to_string() + " " + relation + " " +
                     (other ? other->to_string() : std::string("a number of 256 bits"))}
        );
    }
};

/// Sums of all ilks.
struct IlkSums {
    std::optional<U256> debt_rad = U256();
    std::optional<U256> dirt_rad = U256();
};

IlkSums sums_of_ilks(const Tables& tables, Laws& laws) {
    IlkSums out;
    for (const IlkKey& key : tables.ilks.sorted_keys()) {
        if (key.market != laws.market) {
            continue;
        }
        const IlkRow* row = tables.ilks.find(key);
        laws.equal("Art = sum of art", row->art_wad, row->art_sum_wad, text_of(key.ilk));
        const auto debt = checked_mul(row->art_wad, row->rate_ray);
        out.debt_rad = debt && out.debt_rad ? checked_add(*out.debt_rad, *debt) : std::nullopt;
        out.dirt_rad = out.dirt_rad ? checked_add(*out.dirt_rad, row->dirt_rad) : std::nullopt;
    }
    return out;
}

}  // namespace

std::vector<protocol::BrokenLaw> broken_laws_of(
    const Tables& tables, MarketId market, const MarketConfig& config
) {
    const SystemRow* system = tables.systems.find({market});
    const PotRow* pot = tables.pots.find({market});
    if (!usable_rows(tables, market).ok() || system == nullptr || pot == nullptr) {
        return {};
    }
    Laws laws{.market = market, .broken = {}};
    // What is attributed to nobody yet is still in the rows.
    laws.equal(
        "debt = sum of dai",
        system->debt_rad,
        checked_sub(system->dai_sum_rad, system->unattributed_rad)
    );
    laws.equal(
        "vice = sum of sin",
        system->vice_rad,
        checked_sub(system->sin_sum_rad, system->unattributed_rad)
    );
    const IlkSums sums = sums_of_ilks(tables, laws);
    laws.equal(
        "debt = vice + sum of Art*rate",
        system->debt_rad,
        sums.debt_rad ? checked_add(system->vice_rad, *sums.debt_rad) : std::nullopt
    );
    laws.equal("Dirt = sum of dirt", system->dirt_rad, sums.dirt_rad);
    const auto dai_of = [&](const Address& account) {
        const AccountRow* row = tables.accounts.find({.market = market, .account = account});
        return row != nullptr ? row->dai_rad : U256();
    };
    laws.at_least(
        "dai of the Pot >= Pie*chi", dai_of(config.pot), checked_mul(pot->pie_wad, pot->chi_ray)
    );
    const TokenRow* dai = tables.tokens.find({.market = market, .contract = config.dai});
    if (dai != nullptr && !config.dai_join.is_zero()) {
        // Burns that are in doubt are not in the row; none of them took dai from the DaiJoin.
        laws.at_least(
            "dai of the DaiJoin >= RAY * Dai's supply",
            dai_of(config.dai_join),
            checked_mul(dai->supply_wad, ray())
        );
    }
    const TokenRow* usds = tables.tokens.find({.market = market, .contract = config.usds});
    if (usds != nullptr && !config.usds.is_zero() && !config.usds_join.is_zero()) {
        // UsdsJoin.sol: exit moves as much to it as it mints; others may burn, and give it dai.
        laws.at_least(
            "dai of the UsdsJoin >= RAY * USDS's supply",
            dai_of(config.usds_join),
            checked_mul(usds->supply_wad, ray())
        );
    }
    return laws.broken;
}

}  // namespace faultline::maker
