// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/reading_answers.hpp"

#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::compound_v2 {
namespace {

Error refused(const eth::ReadAnswer& answer, const std::string& wanted) {
    return Error(
               Code::kRejected,
               call_text(answer.read.data) + " of " + answer.read.to.hex() +
                   (answer.reverted()
                        ? " reverts"
                        : " answers " + std::to_string(answer.result.size()) + " bytes, not ") +
                   (answer.reverted() ? "" : wanted)
    )
        .advise(
            "see that the market's address is right, and that the endpoint has the state of that "
            "block"
        );
}

Address address_of(const U256& word) {
    const auto bytes = word.to_be_bytes();
    return Address::from_bytes(BytesView(bytes).last(Address::kSize));
}

}  // namespace

const eth::ReadAnswer& ReadingAnswers::next() {
    FAULTLINE_ASSERT(next_ < answers_.size());
    return answers_[next_++];
}

Result<std::vector<U256>> ReadingAnswers::words(std::size_t count) {
    const eth::ReadAnswer& answer = next();
    if (answer.reverted() || answer.result.size() < count * kWord) {
        return refused(answer, std::to_string(count * kWord));
    }
    std::vector<U256> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = U256::from_be_bytes(BytesView(answer.result).subspan(i * kWord, kWord));
    }
    return out;
}

Result<U256> ReadingAnswers::word() {
    FAULTLINE_TRY(const auto all, words(1));
    return all.front();
}

Result<Address> ReadingAnswers::address() {
    FAULTLINE_TRY(const U256 one, word());
    return address_of(one);
}

Result<std::vector<Address>> ReadingAnswers::addresses() {
    const eth::ReadAnswer& answer = next();
    auto decoded = answer.reverted()
                       ? Result<std::vector<Address>>(Error(Code::kRejected, "it reverts"))
                       : eth::decode_address_array(answer.result);
    if (!decoded) {
        return refused(answer, "a list of addresses");
    }
    return decoded;
}

std::optional<U256> ReadingAnswers::word_if_any() {
    const auto one = word();
    return one ? std::optional(*one) : std::nullopt;
}

Address ReadingAnswers::address_if_any() {
    return address_of(word_if_any().value_or(U256()));
}

bool ReadingAnswers::flag_if_any() {
    return !word_if_any().value_or(U256()).is_zero();
}

}  // namespace faultline::compound_v2
