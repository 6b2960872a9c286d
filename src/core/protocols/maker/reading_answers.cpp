// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/reading_answers.hpp"

#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace faultline::maker {

Error no_answer(const eth::ReadAnswer& answer) {
    const auto signature = view_signature(answer.read.data);
    return Error(
               Code::kRejected,
               std::string(signature.value_or("a call")) + " of " + answer.read.to.hex() +
                   (answer.reverted()
                        ? " reverts"
                        : " answers " + std::to_string(answer.result.size()) + " bytes")
    )
        .advise(
            "see that the market's addresses are right, and that the endpoint has the state of "
            "that block"
        );
}

Result<std::vector<U256>> ReadingAnswers::words(std::size_t count) {
    FAULTLINE_ASSERT(next_ < answers_.size());
    const eth::ReadAnswer& answer = answers_[next_++];
    if (answer.reverted() || answer.result.size() < count * kWord) {
        return no_answer(answer);
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

std::optional<U256> ReadingAnswers::word_if_any() {
    auto out = word();
    return out ? std::optional(*out) : std::nullopt;
}

Result<std::vector<U256>> ReadingAnswers::several(std::size_t count) {
    std::vector<U256> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        FAULTLINE_TRY(const U256 one, word());
        out.push_back(one);
    }
    return out;
}

}  // namespace faultline::maker
