// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/turn.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/store.hpp>

#include <functional>
#include <utility>

namespace faultline::store {

Committer::~Committer() {
    FAULTLINE_ASSERT(queue_.empty());
}

runtime::Task<Result<void>> Committer::commit(const Batch& batch, Durability durability) {
    runtime::Turn turn(queue_);
    co_await turn.come();
    Result<void> result;
    std::move_only_function<void()> work = [&] {
        result = store_.commit(batch, durability);
    };
    co_await workers_.run(std::move(work));
    co_return result;
}

}  // namespace faultline::store
