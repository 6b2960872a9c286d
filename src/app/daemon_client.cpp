// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/daemon_client.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::app {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

/// "127.0.0.1:9464" of "0.0.0.0:9464".
std::string reachable(const std::string& listen) {
    for (const auto& [all, here] :
         {std::pair<std::string_view, std::string_view>{"0.0.0.0:", "127.0.0.1:"},
          std::pair<std::string_view, std::string_view>{"[::]:", "[::1]:"}}) {
        if (listen.starts_with(all)) {
            return std::string(here) + listen.substr(all.size());
        }
    }
    return listen;
}

runtime::Task<> exchange(
    net::HttpClient& client, net::HttpRequest request, std::optional<Result<net::HttpResponse>>& out
) {
    out = co_await client.send(std::move(request), kPatience);
}

}  // namespace

Result<net::HttpResponse> exchange_with_daemon(net::HttpRequest request) {
    runtime::Loop loop;
    const auto client = net::make_http_client(loop.clock());
    std::optional<Result<net::HttpResponse>> answer;
    loop.run(exchange(*client, std::move(request), answer));
    return *std::move(answer);
}

Result<net::HttpResponse> post_to_daemon(const std::string& api_listen, const std::string& target) {
    FAULTLINE_TRY(net::Url url, net::Url::parse("http://" + reachable(api_listen) + target));
    net::HttpRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers = {{"Accept", "text/plain"}};
    return exchange_with_daemon(std::move(request));
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kPlain =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~";
    std::string out;
    for (const char c : text) {
        if (kPlain.contains(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', kHex[byte >> 4U], kHex[byte & 0xfU]};
        }
    }
    return out;
}

}  // namespace faultline::app
