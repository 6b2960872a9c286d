// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/address.hpp>
#include <faultline/shell/runtime/cancellation.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/event.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <shell/net/dialer.hpp>
#include <shell/net/tls.hpp>
#include <vector>

namespace faultline::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

/// The system's resolver blocks a thread and cannot be interrupted, so a lookup outlives the
/// coroutine that gave up on it; one that has not begun is skipped.
struct Lookup {
    tcp::resolver resolver;
    runtime::Event ended;
    error_code failure;
    std::vector<tcp::endpoint> found;

    explicit Lookup(const asio::any_io_executor& executor) : resolver(executor) {}
};

struct AbandonLookup {
    std::shared_ptr<Lookup> lookup;

    explicit AbandonLookup(std::shared_ptr<Lookup> which) : lookup(std::move(which)) {}

    AbandonLookup(const AbandonLookup&) = delete;
    AbandonLookup& operator=(const AbandonLookup&) = delete;

    ~AbandonLookup() { lookup->resolver.cancel(); }
};

runtime::Task<Result<std::vector<tcp::endpoint>>> addresses_of(
    std::string host, std::uint16_t port
) {
    error_code not_literal;
    const auto literal = asio::ip::make_address(host, not_literal);
    if (!not_literal) {
        co_return std::vector<tcp::endpoint>(1, tcp::endpoint(literal, port));
    }
    auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
    const AbandonLookup abandon(lookup);
    lookup->resolver.async_resolve(
        host,
        std::to_string(port),
        [lookup](const error_code& failure, const tcp::resolver::results_type& results) {
            lookup->failure = failure;
            lookup->found.assign(results.begin(), results.end());
            lookup->ended.notify();
        }
    );
    co_await lookup->ended.wait();
    if (lookup->failure || lookup->found.empty()) {
        co_return Error(Code::kTransient, "cannot resolve the host: " + lookup->failure.message())
            .advise("Check its spelling and this machine's name service");
    }
    co_return std::move(lookup->found);
}

runtime::Task<Result<tcp::socket>> connect_to(tcp::endpoint address) {
    tcp::socket socket(co_await asio::this_coro::executor);
    auto [failure] = co_await socket.async_connect(address, kAsTuple);
    co_await runtime::checkpoint();
    if (failure) {
        co_return Error(Code::kTransient, "cannot connect: " + failure.message());
    }
    error_code ignored;  // Slower without, but right.
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    co_return std::move(socket);
}

std::optional<std::string_view> why_not_public(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address();
    return address.is_v4() ? non_public(address.to_v4().to_bytes())
                           : non_public(address.to_v6().to_bytes());
}

/// What is left is what is dialled, so a name that resolves to something else the next time gains
/// nothing.
Result<std::vector<tcp::endpoint>> public_ones(std::vector<tcp::endpoint> addresses) {
    const auto why = why_not_public(addresses.front());
    std::erase_if(addresses, [](const tcp::endpoint& one) {
        return why_not_public(one).has_value();
    });
    if (addresses.empty()) {
        return Error(
                   Code::kInvalid,
                   "its host is not on the internet: its address is " +
                       std::string(why.value_or("unknown"))
        )
            .advise("Where that is meant, set allow_private: true");
    }
    return addresses;
}

/// The first address that answers; the last failure when none does.
runtime::Task<Result<tcp::socket>> connect_to_any(
    runtime::Clock& clock, std::vector<tcp::endpoint> addresses, Duration limit
) {
    const Duration share = limit / static_cast<Duration::rep>(addresses.size());
    std::optional<Error> last;
    for (const auto& address : addresses) {
        auto socket =
            co_await runtime::with_deadline(clock, share, "connecting", connect_to(address));
        if (socket) {
            co_return std::move(*socket);
        }
        last = std::move(socket).error();
    }
    co_return std::move(*last);
}

}  // namespace

struct Dialer::State {
    runtime::Clock& clock;
    TlsClient tls;
};

Dialer::Dialer(runtime::Clock& clock, const std::string& ca_file)
    : state_(new State{clock, TlsClient(ca_file)}) {}

Dialer::~Dialer() = default;

runtime::Task<Result<Stream>> Dialer::dial(Url url, Duration limit, bool public_only) {
    FAULTLINE_CO_TRY(auto addresses, co_await addresses_of(url.host, url.port));
    if (public_only) {
        FAULTLINE_CO_TRY(addresses, public_ones(std::move(addresses)));
    }
    FAULTLINE_CO_TRY(
        auto socket, co_await connect_to_any(state_->clock, std::move(addresses), limit)
    );
    if (!url.tls()) {
        co_return Stream(make_plain_transport(std::move(socket)));
    }
    FAULTLINE_CO_TRY(auto transport, co_await state_->tls.connect(std::move(socket), url.host));
    co_return Stream(std::move(transport));
}

}  // namespace faultline::net
