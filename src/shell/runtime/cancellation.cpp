// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/cancellation.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace faultline::runtime {

void throw_cancelled() {
    throw boost::system::system_error(boost::asio::error::operation_aborted, "cancelled");
}

bool is_cancellation(const std::exception_ptr& exception) noexcept {
    try {
        std::rethrow_exception(exception);
    } catch (const boost::system::system_error& error) {
        return error.code() == boost::asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

Task<> checkpoint() {
    co_return;  // Awaiting any task is what throws.
}

}  // namespace faultline::runtime
