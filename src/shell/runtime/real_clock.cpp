// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/cancellation.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <shell/runtime/real_clock.hpp>

namespace faultline::runtime {

namespace asio = boost::asio;

Instant RealClock::now() const {
    return {std::chrono::steady_clock::now() - start_};
}

UnixMillis RealClock::wall_now() const {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

Task<> RealClock::sleep(Duration duration) {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, duration);
    auto [failure] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (failure) {
        throw_cancelled();
    }
}

}  // namespace faultline::runtime
