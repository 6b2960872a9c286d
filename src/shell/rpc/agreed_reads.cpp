// SPDX-License-Identifier: Apache-2.0
// View calls where endpoints have to agree.
#include "pool_view.hpp"
#include "question.hpp"
#include "rotation.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

/// What a revert carries along differs between clients; that it reverts does not. Who has no answer
/// contradicts nobody.
bool same_answer(const eth::ReadAnswer& one, const eth::ReadAnswer& other) {
    const bool silent = one.unanswered() || other.unanswered();
    return one.read == other.read && (silent || (one.outcome == other.outcome &&
                                                 (one.reverted() || one.result == other.result)));
}

/// The votes of endpoints that have to agree, and which reads one of them had no answer to.
runtime::Task<Result<std::vector<eth::ReadAnswer>>> noted_reads(
    Node& node, Hash32 block, std::vector<eth::Read> reads, std::shared_ptr<std::vector<bool>> holes
) {
    auto answers = co_await node.reads(block, std::move(reads));
    for (std::size_t i = 0; answers && i < answers->size() && i < holes->size(); ++i) {
        (*holes)[i] = (*holes)[i] || (*answers)[i].unanswered();
    }
    co_return answers;
}

bool same_answers(
    const std::vector<eth::ReadAnswer>& one, const std::vector<eth::ReadAnswer>& other
) {
    return std::ranges::equal(one, other, same_answer);
}

/// How many endpoints had an answer to a read, and how many said that they carry it not through.
struct Turnout {
    std::size_t carried = 0;
    std::size_t abstained = 0;
};

/// One read, and who had an answer to it.
runtime::Task<Result<std::vector<eth::ReadAnswer>>> counted_read(
    Node& node, Hash32 block, eth::Read read, std::shared_ptr<Turnout> turnout
) {
    std::vector<eth::Read> reads;
    reads.push_back(std::move(read));
    auto answers = co_await node.reads(block, std::move(reads));
    if (answers) {
        ++(abstains(*answers) ? turnout->abstained : turnout->carried);
    }
    co_return answers;
}

}  // namespace

/// In the first round an endpoint without an answer to one read still votes on the others. Who
/// contradicts whom about that one shows only when it is asked by itself.
runtime::Task<Result<std::vector<eth::ReadAnswer>>> PoolView::agreed_reads(
    Question question, Hash32 block, std::vector<eth::Read> reads
) {
    const auto holes = std::make_shared<std::vector<bool>>(reads.size());
    Asking<std::vector<eth::ReadAnswer>> asking = [block, reads, holes](Node& node) {
        return noted_reads(node, block, reads, holes);
    };
    FAULTLINE_CO_TRY(
        auto answers, co_await rotation_.agree(question, std::move(asking), session_, same_answers)
    );
    question.calls = 1;
    question.abstained = true;
    bool whole = true;
    for (std::size_t i = 0; i < answers.size() && i < holes->size(); ++i) {
        if ((*holes)[i]) {
            FAULTLINE_CO_TRY(answers[i], co_await agreed_read(question, block, answers[i].read));
            whole = whole && !answers[i].unanswered();
        }
    }
    if (whole) {
        rotation_.all_carried();
    }
    co_return answers;
}

runtime::Task<Result<eth::ReadAnswer>> PoolView::agreed_read(
    Question question, Hash32 block, eth::Read read
) {
    const auto turnout = std::make_shared<Turnout>();
    Asking<std::vector<eth::ReadAnswer>> asking = [block, read, turnout](Node& node) {
        return counted_read(node, block, read, turnout);
    };
    auto answers = co_await rotation_.agree(question, std::move(asking), session_, same_answers);
    if (answers) {
        rotation_.carried();
        co_return std::move(answers->front());
    }
    if (!rotation_.goes_without(question, turnout->abstained)) {
        co_return std::move(answers).error();
    }
    rotation_.say_carried_by_few(read, turnout->carried);
    co_return eth::ReadAnswer{
        .read = std::move(read), .outcome = eth::ReadOutcome::kNoAnswer, .result = {}
    };
}

}  // namespace faultline::rpc
