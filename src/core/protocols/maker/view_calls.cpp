// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::maker {
namespace {

constexpr std::size_t kSelector = 4;

struct KnownView {
    View view = View::kIlks;
    std::string_view signature;
    std::size_t arguments = 0;
    eth::Selector selector{};
};

consteval KnownView known(View view, std::string_view signature) {
    const Hash32 hash = eth::keccak256_literal(signature);
    std::size_t arguments = 0;
    if (signature[signature.find('(') + 1] != ')') {
        arguments = 1;
        for (const char character : signature) {
            arguments += character == ',' ? 1 : 0;
        }
    }
    return {
        .view = view,
        .signature = signature,
        .arguments = arguments,
        .selector = {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]}
    };
}

/// In parts: a compiler's patience with one constant ends before all these hashes.
constexpr std::array kOfVat{
    known(View::kIlks, "ilks(bytes32)"),
    known(View::kUrns, "urns(bytes32,address)"),
    known(View::kGem, "gem(bytes32,address)"),
    known(View::kDai, "dai(address)"),
    known(View::kSin, "sin(address)"),
    known(View::kDebt, "debt()"),
    known(View::kVice, "vice()"),
    known(View::kLine, "Line()"),
    known(View::kLive, "live()"),
    known(View::kBase, "base()"),
    known(View::kPar, "par()"),
    known(View::kHole, "Hole()"),
    known(View::kDirt, "Dirt()"),
};

constexpr std::array kOfPotAndVow{
    known(View::kChi, "chi()"),
    known(View::kRho, "rho()"),
    known(View::kDsr, "dsr()"),
    known(View::kPieAll, "Pie()"),
    known(View::kPie, "pie(address)"),
    known(View::kVowSinAll, "Sin()"),
    known(View::kVowSin, "sin(uint256)"),
    known(View::kAsh, "Ash()"),
    known(View::kWait, "wait()"),
    known(View::kDump, "dump()"),
    known(View::kSump, "sump()"),
    known(View::kBump, "bump()"),
    known(View::kHump, "hump()"),
};

constexpr std::array kOfAuctions{
    known(View::kBuf, "buf()"),
    known(View::kTail, "tail()"),
    known(View::kCusp, "cusp()"),
    known(View::kChip, "chip()"),
    known(View::kTip, "tip()"),
    known(View::kChost, "chost()"),
    known(View::kKicks, "kicks()"),
    known(View::kCount, "count()"),
    known(View::kList, "list()"),
    known(View::kStopped, "stopped()"),
    known(View::kCalc, "calc()"),
    known(View::kSales, "sales(uint256)"),
    known(View::kGetStatus, "getStatus(uint256)"),
    known(View::kTau, "tau()"),
    known(View::kCut, "cut()"),
    known(View::kStep, "step()"),
};

constexpr std::array kOfOthers{
    known(View::kTin, "tin()"),
    known(View::kTout, "tout()"),
    known(View::kRush, "rush()"),
    known(View::kGush, "gush()"),
    known(View::kBalanceOf, "balanceOf(address)"),
    known(View::kTotalSupply, "totalSupply()"),
    known(View::kPeep, "peep()"),
    known(View::kPeek, "peek()"),
    known(View::kFired, "fired()"),
    known(View::kEsmSum, "Sum()"),
    known(View::kSsr, "ssr()"),
    known(View::kStr, "str()"),
    known(View::kCap, "cap()"),
    known(View::kSavingsLine, "line()"),
    known(View::kConvertToAssets, "convertToAssets(uint256)"),
};

constexpr std::array kOfJoins{
    known(View::kWards, "wards(address)"),
    known(View::kJoinIlk, "ilk()"),
    known(View::kJoinGem, "gem()"),
    known(View::kJoinDec, "dec()"),
};

constexpr auto kViews = [] {
    std::array<
        KnownView,
        kOfVat.size() + kOfPotAndVow.size() + kOfAuctions.size() + kOfOthers.size() +
            kOfJoins.size()>
        out{};
    auto next = std::ranges::copy(kOfVat, out.begin()).out;
    next = std::ranges::copy(kOfPotAndVow, next).out;
    next = std::ranges::copy(kOfAuctions, next).out;
    next = std::ranges::copy(kOfOthers, next).out;
    std::ranges::copy(kOfJoins, next);
    return out;
}();

const KnownView* find_known(BytesView call_data) {
    if (call_data.size() < kSelector) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(kViews, [&](const KnownView& view) {
        return std::ranges::equal(view.selector, call_data.first(kSelector));
    });
    return found == kViews.end() ? nullptr : &*found;
}

}  // namespace

eth::Read view_read(const Address& contract, View view, std::initializer_list<U256> arguments) {
    const auto found = std::ranges::find(kViews, view, &KnownView::view);
    FAULTLINE_ASSERT(found != kViews.end() && found->arguments == arguments.size());
    eth::Read out;
    out.to = contract;
    out.data.assign(found->selector.begin(), found->selector.end());
    for (const U256& argument : arguments) {
        const auto bytes = argument.to_be_bytes();
        out.data.insert(out.data.end(), bytes.begin(), bytes.end());
    }
    return out;
}

U256 word_of(const Address& address) {
    return U256::from_be_bytes(address.view());
}

U256 word_of(const Hash32& word) {
    return U256::from_be_bytes(word.view());
}

Address address_of(const U256& word) {
    const auto bytes = word.to_be_bytes();
    return Address::from_bytes(BytesView(bytes).last(Address::kSize));
}

std::optional<ViewCall> view_call(BytesView call_data) {
    const KnownView* view = find_known(call_data);
    if (view == nullptr || call_data.size() < kSelector + (view->arguments * kWord)) {
        return std::nullopt;
    }
    ViewCall out{.view = view->view, .arguments = {}};
    for (std::size_t i = 0; i < view->arguments; ++i) {
        out.arguments.push_back(
            U256::from_be_bytes(call_data.subspan(kSelector + (i * kWord), kWord))
        );
    }
    return out;
}

std::optional<std::string_view> view_signature(BytesView call_data) {
    const KnownView* view = find_known(call_data);
    return view == nullptr ? std::nullopt : std::optional(view->signature);
}

std::optional<std::vector<U256>> answered_words(
    const eth::Block& block, const eth::Read& read, std::size_t least
) {
    const eth::ReadAnswer* answer = block.answer(read);
    if (answer == nullptr || answer->reverted() || answer->result.size() < least * kWord) {
        return std::nullopt;
    }
    std::vector<U256> out;
    for (std::size_t i = 0; i + kWord <= answer->result.size(); i += kWord) {
        out.push_back(U256::from_be_bytes(BytesView(answer->result).subspan(i, kWord)));
    }
    return out;
}

std::optional<U256> answered_word(const eth::Block& block, const eth::Read& read) {
    const auto words = answered_words(block, read, 1);
    return words ? std::optional(words->front()) : std::nullopt;
}

}  // namespace faultline::maker
