// SPDX-License-Identifier: Apache-2.0
// What the chain answers to the reads that no log replaces.
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/contract_views.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::aave_model {
namespace {

constexpr std::size_t kSelector = 4;
constexpr std::size_t kWord = 32;

/// The price of each asset of an encoded array; nullopt where one has none.
std::optional<Bytes> prices_of(const ContractModel& contracts, BytesView array) {
    std::vector<Int> words{kWord, (array.size() / kWord) - 2};
    for (std::size_t at = 2 * kWord; at + kWord <= array.size(); at += kWord) {
        const Address asset =
            Address::from_bytes(array.subspan(at + kWord - Address::kSize, Address::kSize));
        const auto found = contracts.state().prices.find(asset);
        if (found == contracts.state().prices.end()) {
            return std::nullopt;
        }
        words.push_back(found->second);
    }
    return abi_words(words);
}

}  // namespace

std::optional<Bytes> chain_answer(const ContractModel& contracts, const eth::Read& read) {
    const auto is = [&](std::string_view signature) {
        const Hash32 hash = eth::keccak256(signature);
        return read.data.size() >= kSelector &&
               std::equal(read.data.begin(), read.data.begin() + kSelector, hash.bytes.begin());
    };
    if (is("decimals()")) {
        const auto& all = contracts.state().reserves;
        const auto of = std::ranges::find(all, read.to, &Reserve::a_token);
        return of == all.end() ? std::nullopt : std::optional(abi_words({of->config.decimals}));
    }
    const std::string_view revision =
        contracts.rules().v2() ? "LENDINGPOOL_REVISION()" : "POOL_REVISION()";
    if (is(revision) && (read.to == pool_implementation() || read.to == market().pool)) {
        return abi_words({pool_revision(contracts.rules().version)});
    }
    if (read.to != market().oracle) {
        return std::nullopt;
    }
    const BytesView arguments = BytesView(read.data).subspan(kSelector);
    if (is("getAssetsPrices(address[])")) {
        return prices_of(contracts, arguments);
    }
    if (is("getAssetPrice(address)") && arguments.size() == kWord) {
        const auto found =
            contracts.state().prices.find(Address::from_bytes(arguments.last(Address::kSize)));
        return found == contracts.state().prices.end() ? std::nullopt
                                                       : std::optional(abi_words({found->second}));
    }
    return std::nullopt;
}

}  // namespace faultline::aave_model
