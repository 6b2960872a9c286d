// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/chain_service.hpp>
#include <app/chain_view.hpp>
#include <app/outbox_pages.hpp>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::app {

using runtime::Task;

std::vector<api::ReceiverStanding> EngineView::receivers() const {
    const auto millis = [](const std::optional<UnixMillis>& at) {
        return at ? std::optional(static_cast<std::uint64_t>(at->value)) : std::nullopt;
    };
    std::vector<api::ReceiverStanding> out;
    for (delivery::Standing& standing : service_.delivery().standings()) {
        out.push_back(
            {.name = std::move(standing.receiver),
             .state = std::move(standing.state),
             .limited_until_ms = millis(standing.limited_until),
             .waiting = standing.waiting,
             .held = standing.held,
             .dead_letters = standing.dead_letters,
             .last_success_ms = millis(standing.heard.last_success),
             .last_failure_ms = millis(standing.heard.last_failure),
             .last_error = std::move(standing.heard.last_error)}
        );
    }
    return out;
}

Task<Result<api::OutboxPage>> EngineView::outbox(api::OutboxQuery query) {
    co_return outbox_page(
        service_.store(), service_.name(), service_.delivery().receiver_names(), query
    );
}

Task<Result<api::OutboxChanged>> EngineView::change_outbox(api::OutboxChange change) {
    delivery::Delivery& delivery = service_.delivery();
    if (change.drop) {
        FAULTLINE_CO_TRY(
            const delivery::LetterChange dropped,
            co_await delivery.drop(choice_of(change), change.reason)
        );
        co_return shown(dropped, true);
    }
    FAULTLINE_CO_TRY(
        const delivery::LetterChange retried, co_await delivery.retry(choice_of(change))
    );
    co_return shown(retried, false);
}

}  // namespace faultline::app
