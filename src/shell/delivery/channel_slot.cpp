// SPDX-License-Identifier: Apache-2.0
#include "channel_slot.hpp"

#include "channel.hpp"
#include "outbox.hpp"
#include "policy.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <memory>
#include <utility>

namespace faultline::delivery {
ChannelSlot::ChannelSlot(
    const DeliveryOptions& options,
    Outbox::Receiver receiver,
    Outbox& outbox,
    const Policy& policy,
    const DeliveryParts& parts
)
    : options_(options),
      receiver_(receiver),
      outbox_(outbox),
      policy_(policy),
      parts_(parts),
      channel_(std::make_unique<Channel>(options, receiver, outbox, policy, parts)) {}

runtime::Task<> ChannelSlot::run_channel() {
    runtime::TaskGroup group;
    group.spawn("channel", channel_->run());
    group.spawn("changes", end_when_asked(group));
    co_await group.wait();
}

runtime::Task<> ChannelSlot::end_when_asked(runtime::TaskGroup& group) {
    // Endless: ends by cancellation, or when there is a change to make.
    while (requests_.empty()) {
        co_await requested_.wait();
    }
    co_await channel_->rest();
    group.cancel();
}

runtime::Task<> ChannelSlot::run() {
    // Endless: ends by cancellation.
    for (;;) {
        co_await run_channel();
        // Behind what the channel had finished: the outbox takes one after the other.
        while (!requests_.empty()) {
            const std::shared_ptr<Request> request = requests_.front();
            requests_.erase(requests_.begin());
            request->result = co_await outbox_.change(request->change);
            request->done.notify();
        }
        Heard heard = channel_->standing().heard;
        channel_ = std::make_unique<Channel>(options_, receiver_, outbox_, policy_, parts_);
        channel_->remember(std::move(heard));
    }
}

runtime::Task<Result<void>> ChannelSlot::change(Outbox::Change change, Duration limit) {
    auto request = std::make_shared<Request>();
    request->change = std::move(change);
    requests_.push_back(request);
    requested_.notify();
    const bool done = co_await request->done.wait_for(parts_.clock, limit);
    if (!done) {
        co_return Error(Code::kUnavailable, "the store has not taken the change yet")
            .advise("It may still be done: look at the outbox again");
    }
    co_return request->result;
}

}  // namespace faultline::delivery
