// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/notice.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/self_watch.hpp>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using engine::Notice;
using rules::WatchRule;

constexpr Duration kEvery = std::chrono::seconds(5);

}  // namespace

std::string Silence::judge(const api::HeadNews& news, Instant now) {
    const std::vector<std::string> faults = api::stale_reasons(news, {});
    if (faults.empty()) {
        since_.reset();
        return {};
    }
    since_ = since_.value_or(now);
    return now - *since_ >= kPatience ? faults.front() : std::string();
}

std::vector<Notice> receiver_notices(
    const std::vector<delivery::Standing>& standings, const engine::Fold& fold
) {
    std::set<std::string> told = fold.noticed_of(WatchRule::kReceiverStopped);
    std::vector<Notice> out;
    for (const delivery::Standing& one : standings) {
        const bool stands = told.erase(one.receiver) > 0;
        const bool stopped = one.state == "stopped";
        if (stopped == stands) {
            continue;
        }
        out.push_back(
            {.rule = WatchRule::kReceiverStopped,
             .receiver = one.receiver,
             .holds = stopped,
             .why = stopped ? "nothing is sent to " + one.receiver +
                                  " any more until a restart: " + one.heard.last_error
                            : one.receiver + " is sent to again"}
        );
    }
    for (const std::string& gone : told) {
        out.push_back(
            {.rule = WatchRule::kReceiverStopped,
             .receiver = gone,
             .holds = false,
             .why = "there is no receiver " + gone + " any more"}
        );
    }
    return out;
}

runtime::Task<> SelfWatch::run() {
    for (;;) {
        co_await parts_.clock.sleep(kEvery);
        if (parts_.engine.tip()) {
            co_await look();
        }
    }
}

runtime::Task<> SelfWatch::look() {
    for (Notice& notice : receiver_notices(parts_.receivers(), parts_.engine.fold())) {
        co_await parts_.engine.noticed(std::move(notice));
    }
    if (!parts_.engine.progress().halted.empty()) {
        co_return;  // That says so already.
    }
    const std::string fault = silence_.judge(parts_.head(), parts_.clock.now());
    const bool stands = !parts_.engine.fold().noticed_of(WatchRule::kChainSilent).empty();
    if (stands == !fault.empty()) {
        co_return;
    }
    Notice notice{.rule = WatchRule::kChainSilent, .receiver = {}, .holds = !stands, .why = {}};
    notice.why = stands ? "endpoints tell of new blocks again"
                        : "nothing of what happens on the chain is seen any more: " + fault;
    co_await parts_.engine.noticed(std::move(notice));
}

}  // namespace faultline::app
