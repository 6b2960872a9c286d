// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/reads.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::aave {
namespace {

constexpr std::size_t kWord = 32;
constexpr std::size_t kSelector = 4;
/// Offset and length words before the items of the only argument or result, a dynamic array.
constexpr std::size_t kArrayHead = 2 * kWord;

consteval std::array<std::uint8_t, kSelector> selector(std::string_view signature) {
    const Hash32 hash = eth::keccak256_literal(signature);
    return {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]};
}

constexpr auto kGetAssetsPrices = selector("getAssetsPrices(address[])");
constexpr auto kGetAssetPrice = selector("getAssetPrice(address)");
constexpr auto kGetSourceOfAsset = selector("getSourceOfAsset(address)");
constexpr auto kGetAclManager = selector("getACLManager()");
constexpr auto kGetAclAdmin = selector("getACLAdmin()");
constexpr auto kGetPoolAdmin = selector("getPoolAdmin()");
constexpr auto kOwner = selector("owner()");
constexpr auto kPoolRevision = selector("POOL_REVISION()");
constexpr auto kLendingPoolRevision = selector("LENDINGPOOL_REVISION()");
constexpr auto kDecimals = selector("decimals()");
constexpr auto kATokenRevision = selector("ATOKEN_REVISION()");
constexpr auto kDebtTokenRevision = selector("DEBT_TOKEN_REVISION()");

void append_word(Bytes& out, const U256& value) {
    const auto word = value.to_be_bytes();
    out.insert(out.end(), word.begin(), word.end());
}

Result<void> returned(const eth::ReadAnswer& answer) {
    if (answer.unanswered()) {
        return Error(Code::kMissing, "no endpoint could carry the call through");
    }
    return answer.reverted() ? Result<void>(Error(Code::kRejected, "it reverted")) : Result<void>();
}

Result<std::vector<U256>> words_of_array(BytesView result) {
    if (result.size() < kArrayHead || U256::from_be_bytes(result.first(kWord)) != U256(kWord)) {
        return Error(Code::kMalformed, "no array but " + std::to_string(result.size()) + " bytes");
    }
    const U256 count = U256::from_be_bytes(result.subspan(kWord, kWord));
    if (count > U256((result.size() - kArrayHead) / kWord)) {
        return Error(
            Code::kMalformed,
            "an array of " + count.to_string() + " words in " + std::to_string(result.size()) +
                " bytes"
        );
    }
    std::vector<U256> words(static_cast<std::size_t>(count.low_u64()));
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = U256::from_be_bytes(result.subspan(kArrayHead + (i * kWord), kWord));
    }
    return words;
}

}  // namespace

eth::Read prices_read(const Address& oracle, const std::vector<Address>& assets) {
    eth::Read read{
        .to = oracle, .data = Bytes(kGetAssetsPrices.begin(), kGetAssetsPrices.end()), .from = {}
    };
    append_word(read.data, U256(kWord));
    append_word(read.data, U256(assets.size()));
    for (const Address& asset : assets) {
        append_word(read.data, U256::from_be_bytes(asset.view()));
    }
    return read;
}

std::optional<std::vector<Address>> prices_asked(const eth::Read& read) {
    if (read.data.size() < kSelector ||
        !std::ranges::equal(BytesView(read.data).first(kSelector), kGetAssetsPrices)) {
        return std::nullopt;
    }
    const auto words = words_of_array(BytesView(read.data).subspan(kSelector));
    if (!words) {
        return std::nullopt;
    }
    std::vector<Address> assets;
    for (const U256& word : *words) {
        const auto bytes = word.to_be_bytes();
        assets.push_back(Address::from_bytes(BytesView(bytes).last(Address::kSize)));
    }
    return assets;
}

eth::Read price_read(const Address& oracle, const Address& asset) {
    eth::Read read{
        .to = oracle, .data = Bytes(kGetAssetPrice.begin(), kGetAssetPrice.end()), .from = {}
    };
    append_word(read.data, U256::from_be_bytes(asset.view()));
    return read;
}

eth::Read source_read(const Address& oracle, const Address& asset) {
    eth::Read read{
        .to = oracle, .data = Bytes(kGetSourceOfAsset.begin(), kGetSourceOfAsset.end()), .from = {}
    };
    append_word(read.data, U256::from_be_bytes(asset.view()));
    return read;
}

std::optional<Address> decode_source(const eth::ReadAnswer& answer) {
    if (answer.unanswered()) {
        return std::nullopt;
    }
    if (answer.reverted() || answer.result.size() != kWord) {
        return Address{};
    }
    return Address::from_bytes(BytesView(answer.result).last(Address::kSize));
}

const eth::ReadAnswer* find_prices(const eth::Block& block, const Address& oracle) {
    const auto found = std::ranges::find_if(block.reads, [&](const eth::ReadAnswer& answer) {
        const eth::Read& read = answer.read;
        return read.to == oracle && read.data.size() >= kSelector + kArrayHead &&
               std::ranges::equal(BytesView(read.data).first(kSelector), kGetAssetsPrices);
    });
    return found == block.reads.end() ? nullptr : &*found;
}

Result<std::vector<AssetPrice>> decode_prices(const eth::ReadAnswer& answer) {
    FAULTLINE_TRY_VOID(returned(answer));
    FAULTLINE_TRY(
        const auto assets, words_of_array(BytesView(answer.read.data).subspan(kSelector))
    );
    FAULTLINE_TRY(const auto prices, words_of_array(answer.result));
    if (assets.size() != prices.size()) {
        return Error(
            Code::kMalformed,
            std::to_string(prices.size()) + " prices for " + std::to_string(assets.size()) +
                " assets"
        );
    }
    std::vector<AssetPrice> out(prices.size());
    for (std::size_t i = 0; i < prices.size(); ++i) {
        const auto word = assets[i].to_be_bytes();
        out[i].asset = Address::from_bytes(BytesView(word).last(Address::kSize));
        out[i].price_base = prices[i];
    }
    return out;
}

Result<U256> decode_price(const eth::ReadAnswer& answer) {
    FAULTLINE_TRY_VOID(returned(answer));
    if (answer.result.size() != kWord) {
        return Error(
            Code::kMalformed, "no word but " + std::to_string(answer.result.size()) + " bytes"
        );
    }
    return U256::from_be_bytes(answer.result);
}

Bytes acl_manager_call() {
    return {kGetAclManager.begin(), kGetAclManager.end()};
}

Bytes admin_call(Generation generation) {
    const auto& call = generation == Generation::kV2 ? kGetPoolAdmin : kGetAclAdmin;
    return {call.begin(), call.end()};
}

Bytes owner_call() {
    return {kOwner.begin(), kOwner.end()};
}

eth::Read revision_read(const Address& pool_or_implementation, Generation generation) {
    const auto& call = generation == Generation::kV2 ? kLendingPoolRevision : kPoolRevision;
    return {.to = pool_or_implementation, .data = Bytes(call.begin(), call.end()), .from = {}};
}

eth::Read decimals_read(const Address& token) {
    return {.to = token, .data = Bytes(kDecimals.begin(), kDecimals.end()), .from = {}};
}

std::optional<std::uint8_t> decode_decimals(const eth::ReadAnswer& answer) {
    if (answer.reverted() || answer.result.size() != kWord) {
        return std::nullopt;
    }
    const U256 decimals = U256::from_be_bytes(answer.result);
    return decimals > U256(UINT8_MAX)
               ? std::nullopt
               : std::optional(static_cast<std::uint8_t>(decimals.low_u64()));
}

eth::Read token_revision_read(ContractRole token, const Address& implementation) {
    const auto& call = token == ContractRole::kAToken ? kATokenRevision : kDebtTokenRevision;
    return {.to = implementation, .data = Bytes(call.begin(), call.end()), .from = {}};
}

std::uint64_t decode_revision(const eth::ReadAnswer& answer) {
    if (answer.reverted() || answer.result.size() != kWord) {
        return 0;
    }
    const U256 revision = U256::from_be_bytes(answer.result);
    return revision.fits_u64() ? revision.low_u64() : 0;
}

}  // namespace faultline::aave
