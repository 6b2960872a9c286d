// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/collateral.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace faultline::maker {
namespace {

void put_collateral(Tables& tables, const IlkKey& key, const CollateralRow& row) {
    if (row == CollateralRow{}) {
        tables.collaterals.erase(key);
    } else {
        tables.collaterals.put(key, row);
    }
}

std::vector<IlkKey> ilks_of(const Tables& tables, MarketId market) {
    std::vector<IlkKey> out = tables.ilks.sorted_keys();
    std::erase_if(out, [market](const IlkKey& key) { return key.market != market; });
    return out;
}

}  // namespace

void move_collateral(Tables& tables, const UrnKey& key, const UrnRow& before, const UrnRow& after) {
    if (before.ink_wad == after.ink_wad && before.gem_wad == after.gem_wad) {
        return;
    }
    const IlkKey ilk{.market = key.market, .ilk = key.ilk};
    const CollateralRow* found = tables.collaterals.find(ilk);
    CollateralRow row = found != nullptr ? *found : CollateralRow{};
    row.ink_wad = wrapping_add(wrapping_sub(row.ink_wad, before.ink_wad), after.ink_wad);
    row.gem_wad = wrapping_add(wrapping_sub(row.gem_wad, before.gem_wad), after.gem_wad);
    put_collateral(tables, ilk, row);
}

void sum_collateral(Tables& tables, MarketId market, std::uint64_t block) {
    std::map<IlkKey, CollateralRow> sums;
    for (const IlkKey& key : tables.collaterals.sorted_keys()) {
        if (key.market == market) {
            sums[key] = {};
        }
    }
    tables.urns.for_each_unordered([&](const UrnKey& key, const UrnRow& row) {
        if (key.market == market) {
            CollateralRow& sum = sums[{.market = market, .ilk = key.ilk}];
            sum.ink_wad = wrapping_add(sum.ink_wad, row.ink_wad);
            sum.gem_wad = wrapping_add(sum.gem_wad, row.gem_wad);
        }
    });
    for (const auto& [key, row] : sums) {
        put_collateral(tables, key, row);
    }
    tables.collaterals_since.put({market}, {.block = block});
}

void begin_collateral(Tables& tables, MarketId market, std::uint64_t block) {
    if (tables.collaterals_since.contains({market})) {
        return;
    }
    sum_collateral(tables, market, block);
    if (!tables.markets.find({market})->complete) {
        for (const IlkKey& key : ilks_of(tables, market)) {
            tables.collateral_doubts.put(key, {.read_at = block});
        }
    }
}

Figure<U256> claimed_wad(
    const Tables& tables, MarketId market, const MarketConfig& config, const Hash32& ilk
) {
    const IlkKey key{.market = market, .ilk = ilk};
    if (!tables.collaterals_since.contains({market})) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "the collateral of ilks is summed from the next block on"
        );
    }
    if (tables.collateral_doubts.contains(key)) {
        return Figure<U256>::without(
            FigureStatus::kNoData,
            "vaults without debt may be missing: no log of the ilk's init was found when the "
            "market "
            "was read; let `faultline bootstrap --again` search from the Vat's deployment on"
        );
    }
    const CollateralRow* sum = tables.collaterals.find(key);
    if (sum == nullptr) {
        return Figure<U256>::of(U256());
    }
    U256 ink = sum->ink_wad;
    for (const Psm& psm : config.psms) {
        const UrnRow* urn =
            psm.ilk == ilk ? tables.urns.find({.market = market, .ilk = ilk, .account = psm.psm})
                           : nullptr;
        ink = urn != nullptr ? wrapping_sub(ink, urn->ink_wad) : ink;
    }
    const auto all = checked_add(ink, sum->gem_wad);
    return all ? Figure<U256>::of(*all)
               : Figure<U256>::without(FigureStatus::kError, "the sum exceeds 256 bits");
}

Address everybody() {
    constexpr std::uint8_t kAllBits = 0xff;
    Address out;
    out.bytes.fill(kAllBits);
    return out;
}

bool is_psm_urn(const MarketConfig& config, const UrnKey& key) {
    return std::ranges::any_of(config.psms, [&](const Psm& psm) {
        return psm.psm == key.account && psm.ilk == key.ilk;
    });
}

}  // namespace faultline::maker
