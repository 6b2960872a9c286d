// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "channel.hpp"
#include "outbox.hpp"
#include "policy.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/runtime/event.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <memory>
#include <vector>

namespace faultline::delivery {

/// One receiver's channel, which is made anew when rows that it has passed come back: a channel
/// keeps nothing that is not in the store, so the new one reads them where they belong. Attempts in
/// flight are waited for: what one of them carries may be later than what comes back.
class ChannelSlot {
  public:
    /// All outlive the slot; `receiver` is its position in `outbox`.
    ChannelSlot(
        const DeliveryOptions& options,
        Outbox::Receiver receiver,
        Outbox& outbox,
        const Policy& policy,
        const DeliveryParts& parts
    );

    void notify() { channel_->notify(); }

    [[nodiscard]] Standing standing() const { return channel_->standing(); }

    void look_at_gates() { channel_->look_at_gates(); }

    /// Endless: ends by cancellation.
    runtime::Task<> run();

    /// As Outbox::change(), while the channel rests. @pre run() is running
    runtime::Task<Result<void>> change(Outbox::Change change, Duration limit);

  private:
    struct Request {
        Outbox::Change change;
        Result<void> result;
        runtime::Event done;
    };

    runtime::Task<> run_channel();
    runtime::Task<> end_when_asked(runtime::TaskGroup& group);

    const DeliveryOptions& options_;
    Outbox::Receiver receiver_;
    Outbox& outbox_;
    const Policy& policy_;
    const DeliveryParts& parts_;
    std::unique_ptr<Channel> channel_;
    runtime::Event requested_;
    std::vector<std::shared_ptr<Request>> requests_;
};

}  // namespace faultline::delivery
