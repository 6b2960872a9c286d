// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <shell/runtime/gate.hpp>

namespace faultline::runtime {

namespace asio = boost::asio;

Gate::Gate(const asio::any_io_executor& executor)
    : timer_(executor, asio::steady_timer::time_point::max()) {}

void Gate::open() {
    open_ = true;
    timer_.cancel();
}

Task<> Gate::wait() {
    if (!open_) {
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

Task<> Gate::wait_shielded() {
    if (!open_) {
        co_await timer_.async_wait(asio::bind_cancellation_slot(
            asio::cancellation_slot(), asio::as_tuple(asio::use_awaitable)
        ));
    }
}

}  // namespace faultline::runtime
