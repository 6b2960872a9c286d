// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <app/whole_answers.hpp>
#include <vector>

namespace faultline::app {

Result<std::vector<eth::ReadAnswer>> whole_answers(
    std::vector<eth::ReadAnswer> answers, const eth::BlockRef& block
) {
    const auto hole = std::ranges::find_if(answers, &eth::ReadAnswer::unanswered);
    if (hole == answers.end()) {
        return answers;
    }
    return Error(
               Code::kRejected,
               "no endpoint, or too few to agree, carry a call of " + hole->read.to.hex() +
                   " at block " + block.text() + " through, data " + to_hex(hole->read.data)
    )
        .advise("its gas or size is beyond what they allow: use an endpoint that allows more");
}

}  // namespace faultline::app
