// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/self_description.hpp>

#include <algorithm>
#include <array>

namespace faultline::eth {

bool asks_what_it_is(BytesView call_data) {
    static constexpr std::array kSelectors{
        selector<"symbol()">(),         selector<"decimals()">(),
        selector<"asset()">(),          selector<"totalAssets()">(),
        selector<"underlying()">(),     selector<"UNDERLYING_ASSET_ADDRESS()">(),
        selector<"governor()">(),       selector<"admin()">(),
        selector<"owner()">(),          selector<"proxy()">(),
        selector<"getACLManager()">(),  selector<"getSourceOfAsset(address)">(),
        selector<"getACLAdmin()">(),    selector<"getPoolAdmin()">(),
        selector<"POOL()">(),           selector<"comptroller()">(),
        selector<"factory()">(),        selector<"token0()">(),
        selector<"token1()">(),         selector<"getVault()">(),
        selector<"getPoolId()">(),      selector<"getReserveData(address)">(),
        selector<"getAllMarkets()">(),  selector<"getPair(address,address)">(),
        selector<"getPool(bytes32)">(),
    };
    return std::ranges::any_of(kSelectors, [call_data](const Selector& selector) {
        return call_data.size() >= selector.size() &&
               std::ranges::equal(call_data.first(selector.size()), selector);
    });
}

}  // namespace faultline::eth
