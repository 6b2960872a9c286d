// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/awaitable.hpp>

namespace faultline::runtime {

/// A lazily started coroutine on the loop thread. Must be awaited or given to a TaskGroup.
/// Cancellation unwinds it with an exception that only TaskGroup and the loop catch.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace faultline::runtime
