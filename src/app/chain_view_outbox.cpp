// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/api/outbox_page.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/chain_service.hpp>
#include <app/chain_view.hpp>
#include <app/outbox_pages.hpp>

namespace faultline::app {

using runtime::Task;

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
