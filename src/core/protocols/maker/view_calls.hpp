// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::maker {

inline constexpr std::size_t kWord = 32;

/// The view functions whose answers the rows tell, or that are asked.
enum class View : std::uint8_t {
    kIlks,
    kUrns,
    kGem,
    kDai,
    kSin,  ///< sin(address) of the Vat
    kDebt,
    kVice,
    kLine,
    kLive,
    kBase,
    kPar,
    kHole,
    kDirt,
    kChi,
    kRho,
    kDsr,
    kPieAll,
    kPie,
    kVowSinAll,
    kVowSin,  ///< sin(uint256) of the Vow
    kAsh,
    kWait,
    kDump,
    kSump,
    kBump,
    kHump,
    kBuf,
    kTail,
    kCusp,
    kChip,
    kTip,
    kChost,
    kKicks,
    kCount,
    kList,
    kStopped,
    kCalc,
    kSales,
    kGetStatus,
    kTau,
    kCut,  ///< cut() of a price curve, or of a PSM
    kStep,
    kTin,
    kTout,
    kRush,
    kGush,
    kBalanceOf,
    kTotalSupply,
    kPeep,
    kPeek,
    kFired,
    kEsmSum,
    kSsr,
    kStr,
    kCap,
    kSavingsLine,
    kConvertToAssets,
    kWards,
    kJoinIlk,  ///< ilk() of a join
    kJoinGem,  ///< gem() of a join
    kJoinDec,  ///< dec() of a join
};

/// A call with words for arguments.
eth::Read view_read(const Address& contract, View view, std::initializer_list<U256> arguments = {});

U256 word_of(const Address& address);
U256 word_of(const Hash32& word);
/// The low 20 bytes.
Address address_of(const U256& word);

/// A call that is one of these, with as many arguments as it takes; the rest of it is ignored, as
/// the contracts do. Of views with the same name and arguments, the first.
struct ViewCall {
    View view = View::kIlks;
    std::vector<U256> arguments;
};

std::optional<ViewCall> view_call(BytesView call_data);

/// "ilks(bytes32)"; nullopt for a call that is none of these.
std::optional<std::string_view> view_signature(BytesView call_data);

/// The words of an answer; nullopt when there is none, it reverts, or has fewer than `least`.
std::optional<std::vector<U256>> answered_words(
    const eth::Block& block, const eth::Read& read, std::size_t least
);
/// The first word of an answer with one at least.
std::optional<U256> answered_word(const eth::Block& block, const eth::Read& read);

}  // namespace faultline::maker
