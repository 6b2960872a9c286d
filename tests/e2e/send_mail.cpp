// SPDX-License-Identifier: Apache-2.0
// Sends one mail by the product's own client, for receivers.test.mjs: says the status of the answer
// and its headers, a line each.
//
//   send_mail PORT USER_INFO TO[,TO...] [LEAVE_BEHIND]
#include <faultline/base/error.hpp>
#include <faultline/shell/mail/smtp.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <utility>

namespace {

using namespace faultline;

net::HttpRequest mail_of(std::span<char*> arguments) {
    net::HttpRequest out;
    out.method = "MAIL";
    out.url = {
        .scheme = "smtp",
        .user_info = arguments[1],
        .host = "localhost",
        .port = static_cast<std::uint16_t>(std::stoul(arguments[0])),
        .target = "/"
    };
    out.headers.emplace_back("From", "a@example.com");
    std::istringstream recipients(arguments[2]);
    for (std::string to; std::getline(recipients, to, ',');) {
        out.headers.emplace_back("To", to);
    }
    if (arguments.size() > 3) {
        out.headers.emplace_back("Leave-Behind", arguments[3]);
    }
    out.body = "Subject: a test\r\n\r\nIt works.\r\n";
    return out;
}

runtime::Task<> send(net::HttpClient& client, net::HttpRequest request) {
    const auto answer = co_await client.send(std::move(request), std::chrono::seconds(20));
    if (!answer) {
        std::cout << answer.error().message() << '\n';
        co_return;
    }
    std::cout << answer->status << '\n';
    for (const auto& [name, value] : answer->headers) {
        std::cout << name << ": " << value << '\n';
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) {
        return EXIT_FAILURE;
    }
    runtime::Loop loop;
    const auto workers = runtime::make_inline_workers();
    const auto client = mail::make_smtp_client(*workers);
    loop.run(
        send(*client, mail_of(std::span(arguments, static_cast<std::size_t>(count)).subspan(1)))
    );
    return EXIT_SUCCESS;
}
