// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v3/reads.hpp"

#include "core/protocols/compound_v3/calls.hpp"
#include "core/protocols/compound_v3/principal.hpp"
#include "core/protocols/compound_v3/rows.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace faultline::compound_v3 {
namespace {

constexpr std::size_t kTotalsWords = 8;
constexpr std::size_t kUserWords = 5;
constexpr std::size_t kAssetWords = 8;
constexpr std::size_t kRoundWords = 5;
constexpr unsigned kSignBit = 255;

constexpr std::array kGetters{
    View::kNumAssets,
    View::kBaseToken,
    View::kBasePriceFeed,
    View::kBaseScale,
    View::kSupplyKink,
    View::kSupplyRateBase,
    View::kSupplyRateSlopeLow,
    View::kSupplyRateSlopeHigh,
    View::kBorrowKink,
    View::kBorrowRateBase,
    View::kBorrowRateSlopeLow,
    View::kBorrowRateSlopeHigh,
    View::kStoreFrontPriceFactor,
    View::kTrackingIndexScale,
    View::kTrackingSupplySpeed,
    View::kTrackingBorrowSpeed,
    View::kBaseMinForRewards,
    View::kBaseBorrowMin,
    View::kTargetReserves,
};

/// Takes words as the types that the source declares; remembers whether all fitted.
class Words {
  public:
    explicit Words(const std::vector<U256>& words) : words_(words) {}

    template <class T>
    T number() {
        const U256& word = next();
        ok_ = ok_ && word <= U256(std::numeric_limits<T>::max());
        return static_cast<T>(word.low_u64());
    }

    const U256& next() { return words_[at_++]; }

    Address address() {
        constexpr unsigned kAddressBits = 160;
        const U256& word = next();
        ok_ = ok_ && word.bit_width() <= kAddressBits;
        return address_of(word);
    }

    [[nodiscard]] bool ok() const noexcept { return ok_; }

  private:
    const std::vector<U256>& words_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

std::string name_of(const eth::ReadAnswer& answer) {
    const KnownView* view = find_view(answer.read.data);
    return view == nullptr ? "a view" : std::string(view->signature);
}

Error not_its_type(const eth::ReadAnswer& answer) {
    return {Code::kMalformed, name_of(answer) + " answers with numbers that are not of its types"};
}

Result<std::vector<U256>> getters_told(const eth::Block& block, const Address& comet) {
    std::vector<U256> words;
    words.reserve(kGetters.size());
    for (const View getter : kGetters) {
        const eth::Read read = view_read(comet, getter);
        const eth::ReadAnswer* answer = block.answer(read);
        if (answer == nullptr) {
            return Error(Code::kMissing, "the configuration was not read");
        }
        FAULTLINE_TRY(const U256 word, word_in(*answer));
        words.push_back(word);
    }
    return words;
}

RateCurve curve_of(Words& in) {
    RateCurve curve;
    curve.kink = in.number<std::uint64_t>();
    curve.base = in.number<std::uint64_t>();
    curve.slope_low = in.number<std::uint64_t>();
    curve.slope_high = in.number<std::uint64_t>();
    return curve;
}

}  // namespace

Result<std::vector<U256>> words_of(const eth::ReadAnswer& answer, std::size_t count) {
    if (answer.unanswered()) {
        return Error(Code::kMissing, "no endpoint carries " + name_of(answer) + " through");
    }
    if (answer.reverted()) {
        return Error(Code::kRejected, name_of(answer) + " reverts");
    }
    if (answer.result.size() < count * kWord) {
        return Error(
            Code::kMalformed,
            name_of(answer) + " answers with " + std::to_string(answer.result.size()) + " bytes"
        );
    }
    std::vector<U256> words(count);
    for (std::size_t i = 0; i < count; ++i) {
        words[i] = U256::from_be_bytes(BytesView(answer.result).subspan(i * kWord, kWord));
    }
    return words;
}

Result<U256> word_in(const eth::ReadAnswer& answer) {
    FAULTLINE_TRY(const auto words, words_of(answer, 1));
    return words.front();
}

Result<Totals> decode_totals(const eth::ReadAnswer& answer) {
    FAULTLINE_TRY(const auto words, words_of(answer, kTotalsWords));
    Words in(words);
    Totals out;
    out.supply_index = in.number<std::uint64_t>();
    out.borrow_index = in.number<std::uint64_t>();
    out.tracking_supply_index = in.number<std::uint64_t>();
    out.tracking_borrow_index = in.number<std::uint64_t>();
    out.supply_principal = in.next();
    out.borrow_principal = in.next();
    out.last_accrual = UnixSeconds{in.number<std::uint64_t>()};
    out.pause_flags = in.number<std::uint8_t>();
    constexpr unsigned kTotalBits = 104;
    if (!in.ok() || out.supply_principal.bit_width() > kTotalBits ||
        out.borrow_principal.bit_width() > kTotalBits) {
        return not_its_type(answer);
    }
    return out;
}

Result<UserBasic> decode_user_basic(const eth::ReadAnswer& answer) {
    FAULTLINE_TRY(const auto words, words_of(answer, kUserWords));
    Words in(words);
    const auto principal = Principal::from_word(in.next());
    in.next();
    in.next();
    const auto low = in.number<std::uint16_t>();
    const auto high = in.number<std::uint8_t>();
    if (!principal || !in.ok()) {
        return not_its_type(answer);
    }
    constexpr unsigned kLowBits = 16;
    return UserBasic{
        .principal = *principal, .assets_in = std::uint32_t{low} | (std::uint32_t{high} << kLowBits)
    };
}

std::vector<eth::Read> configuration_reads(const Address& comet) {
    std::vector<eth::Read> reads;
    reads.reserve(kGetters.size());
    for (const View getter : kGetters) {
        reads.push_back(view_read(comet, getter));
    }
    return reads;
}

Result<std::size_t> decode_asset_count(const eth::ReadAnswer& answer) {
    FAULTLINE_TRY(const U256 count, word_in(answer));
    if (count > U256(kMostAssets)) {
        return Error(
            Code::kMalformed,
            "numAssets() is " + count.to_string() + ", and no more than " +
                std::to_string(kMostAssets) + " are accounted for"
        );
    }
    return static_cast<std::size_t>(count.low_u64());
}

eth::Read asset_read(const Address& comet, std::size_t offset) {
    return view_read(comet, View::kGetAssetInfo, {U256(offset)});
}

Result<AssetInfo> decode_asset(const eth::ReadAnswer& answer) {
    FAULTLINE_TRY(const auto words, words_of(answer, kAssetWords));
    Words in(words);
    in.next();
    AssetInfo out;
    out.asset = in.address();
    out.price_feed = in.address();
    out.scale = in.number<std::uint64_t>();
    out.borrow_collateral_factor_wad = in.number<std::uint64_t>();
    out.liquidate_collateral_factor_wad = in.number<std::uint64_t>();
    out.liquidation_factor_wad = in.number<std::uint64_t>();
    out.supply_cap_wei = in.next();
    if (!in.ok() || out.scale == 0) {
        return not_its_type(answer);
    }
    return out;
}

Result<Configuration> configuration_told(const eth::Block& block, const Address& comet) {
    FAULTLINE_TRY(const auto words, getters_told(block, comet));
    Words in(words);
    in.next();
    Configuration out;
    out.base_token = in.address();
    out.base_price_feed = in.address();
    out.base_scale = in.number<std::uint64_t>();
    out.supply_rate = curve_of(in);
    out.borrow_rate = curve_of(in);
    out.store_front_price_factor_wad = in.number<std::uint64_t>();
    out.tracking_index_scale = in.number<std::uint64_t>();
    out.tracking_supply_speed = in.number<std::uint64_t>();
    out.tracking_borrow_speed = in.number<std::uint64_t>();
    out.base_min_for_rewards_wei = in.next();
    out.base_borrow_min_wei = in.next();
    out.target_reserves_wei = in.next();
    if (!in.ok() || out.base_scale == 0) {
        return Error(Code::kMalformed, "a getter answers with what is not of its type");
    }
    const eth::Read count_read = view_read(comet, View::kNumAssets);
    FAULTLINE_TRY(const std::size_t count, decode_asset_count(*block.answer(count_read)));
    for (std::size_t i = 0; i < count; ++i) {
        const eth::Read read = asset_read(comet, i);
        const eth::ReadAnswer* answer = block.answer(read);
        if (answer == nullptr) {
            return Error(Code::kMissing, "a collateral was not read");
        }
        FAULTLINE_TRY(const AssetInfo asset, decode_asset(*answer));
        out.assets.push_back(asset);
    }
    return out;
}

PriceRow decode_price(const eth::ReadAnswer& answer) {
    const auto words = words_of(answer, kRoundWords);
    if (!words || (*words)[1].is_zero() || (*words)[1].bit(kSignBit)) {
        return {.state = PriceState::kNone, .price_base = {}};
    }
    return {.state = PriceState::kValue, .price_base = (*words)[1]};
}

}  // namespace faultline::compound_v3
