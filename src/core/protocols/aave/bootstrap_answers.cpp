// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/bootstrap_answers.hpp"

#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave {

Result<std::vector<U256>> BootstrapAnswers::words(std::size_t count) {
    FAULTLINE_ASSERT(next_ < answers_.size());
    const eth::ReadAnswer& answer = answers_[next_++];
    if (answer.reverted() || answer.result.size() < count * kWord) {
        return Error(
                   Code::kRejected,
                   call_name(answer.read.data) + " of " + answer.read.to.hex() +
                       (answer.reverted() ? " reverts"
                                          : " answers " + std::to_string(answer.result.size()) +
                                                " bytes, not " + std::to_string(count * kWord))
        )
            .advise(
                "see that the market's addresses are right, and that the endpoint has the state of "
                "that block"
            );
    }
    std::vector<U256> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = U256::from_be_bytes(BytesView(answer.result).subspan(i * kWord, kWord));
    }
    return out;
}

std::string BootstrapAnswers::text_at(std::size_t byte) const {
    const BytesView all(answers_[next_ - 1].result);
    if (all.size() < byte + kWord) {
        return {};
    }
    const U256 length = U256::from_be_bytes(all.subspan(byte, kWord));
    const BytesView rest = all.subspan(byte + kWord);
    if (length > U256(rest.size())) {
        return {};
    }
    const BytesView text = rest.first(static_cast<std::size_t>(length.low_u64()));
    return {text.begin(), text.end()};
}

Result<U256> BootstrapAnswers::word() {
    FAULTLINE_TRY(const auto all, words(1));
    return all.front();
}

Result<Address> BootstrapAnswers::address() {
    FAULTLINE_TRY(const U256 one, word());
    return address_of(one);
}

std::optional<U256> BootstrapAnswers::word_if_any() {
    const auto one = word();
    return one ? std::optional(*one) : std::nullopt;
}

Address address_of(const U256& word) {
    const auto bytes = word.to_be_bytes();
    return Address::from_bytes(BytesView(bytes).last(Address::kSize));
}

}  // namespace faultline::aave
