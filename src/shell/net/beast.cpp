// SPDX-License-Identifier: Apache-2.0
// The one place where Beast's own functions and those of Asio's TLS are compiled.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
