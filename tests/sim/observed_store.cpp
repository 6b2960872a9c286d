// SPDX-License-Identifier: Apache-2.0
#include "sim/observed_store.hpp"

namespace faultline::sim {

Result<void> ObservedStore::commit(const store::Batch& batch, store::Durability durability) {
    if (dead_) {
        return Error(Code::kUnavailable, "the simulated process is dead");
    }
    if (full_) {
        return Error(Code::kUnavailable, "no space left on the simulated device");
    }
    const Death death = std::exchange(dies_, Death::kNone);
    dead_ = death != Death::kNone;
    if (death == Death::kBefore) {
        return Error(Code::kUnavailable, "the simulated process died before the commit");
    }
    FAULTLINE_TRY_VOID(memory_.commit(batch, durability));
    if (observe_) {
        observe_(batch);
    }
    if (dead_) {
        return Error(Code::kUnavailable, "the simulated process died after the commit");
    }
    return {};
}

void ObservedStore::crash(runtime::Random& random) {
    memory_.crash(random.below(memory_.buffered() + 1));
    dead_ = false;
    dies_ = Death::kNone;
}

}  // namespace faultline::sim
