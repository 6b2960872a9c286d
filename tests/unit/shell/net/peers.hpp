// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::net::testing {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using runtime::Task;
using runtime::TaskGroup;

/// Never reached unless a test is about to fail.
constexpr Duration kPatience = 20s;

inline constexpr auto kNoThrow = boost::asio::as_tuple(boost::asio::use_awaitable);

inline tcp::acceptor loopback(runtime::Loop& loop) {
    return {loop.context(), tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
}

inline std::string url_to(std::uint16_t port, std::string_view scheme, std::string_view path) {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port) + std::string(path);
}

inline std::string url_to(
    const tcp::acceptor& acceptor, std::string_view scheme = "http", std::string_view path = "/"
) {
    return url_to(acceptor.local_endpoint().port(), scheme, path);
}

inline HttpRequest get(const std::string& url) {
    HttpRequest request;
    request.url = *Url::parse(url);
    return request;
}

/// Reads until the end of a header; empty when the other side closed first.
inline Task<std::string> read_head(tcp::socket& socket) {
    std::string text;
    auto [failure, count] = co_await boost::asio::async_read_until(
        socket, boost::asio::dynamic_buffer(text), "\r\n\r\n", kNoThrow
    );
    co_return failure ? std::string() : text;
}

inline Task<> write_all(tcp::socket& socket, std::string text) {
    co_await boost::asio::async_write(socket, boost::asio::buffer(text), kNoThrow);
}

/// Reads until the other side closes.
inline Task<std::string> read_rest(tcp::socket& socket) {
    std::string text;
    co_await boost::asio::async_read(socket, boost::asio::dynamic_buffer(text), kNoThrow);
    co_return text;
}

/// What one connection of a scripted server says to each request, one after the other. After the
/// last it waits for one more request when `lingers`, and closes.
struct Script {
    std::vector<std::string> answers;
    bool lingers = false;
};

/// Accepts one connection per script.
inline Task<> play(tcp::acceptor& acceptor, std::vector<Script> scripts, int& accepted) {
    for (const auto& script : scripts) {
        tcp::socket socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
        ++accepted;
        for (const auto& answer : script.answers) {
            (void)co_await read_head(socket);
            co_await write_all(socket, answer);
        }
        if (script.lingers) {
            (void)co_await read_head(socket);
        }
    }
}

using Answers = std::vector<Result<HttpResponse>>;

inline Task<> ask(HttpClient& client, std::vector<HttpRequest> requests, Answers& answers) {
    for (auto& request : requests) {
        answers.push_back(co_await client.send(std::move(request), kPatience));
    }
}

inline Task<> both(Task<> one, Task<> two) {
    TaskGroup group;
    group.spawn("one", std::move(one));
    group.spawn("two", std::move(two));
    co_await group.wait();
}

/// Runs `task` beside `background`, which is cancelled when it ends.
inline Task<> end_group(Task<> task, TaskGroup& group) {
    co_await std::move(task);
    group.cancel();
}

inline Task<> beside(Task<> background, Task<> task) {
    TaskGroup group;
    group.spawn("background", std::move(background));
    group.spawn("task", end_group(std::move(task), group));
    co_await group.wait();
}

}  // namespace faultline::net::testing
