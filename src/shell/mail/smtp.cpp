// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/mail/smtp.hpp>
#include <faultline/shell/net/address.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <curl/curl.h>
#include <curl/easy.h>
#include <memory>
#include <netinet/in.h>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace faultline::mail {
namespace {

struct EasyClose {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

using Easy = std::unique_ptr<CURL, EasyClose>;

/// curl's list of texts.
class Texts {
  public:
    Texts() = default;
    Texts(const Texts&) = delete;
    Texts& operator=(const Texts&) = delete;

    ~Texts() { curl_slist_free_all(list_); }

    void add(const std::string& text) { list_ = curl_slist_append(list_, text.c_str()); }

    [[nodiscard]] curl_slist* get() const { return list_; }

  private:
    curl_slist* list_ = nullptr;
};

/// One mail and what curl's callbacks need of it.
struct Exchange {
    std::string_view rest;  ///< What is still to be sent.
    bool public_only = false;
    std::optional<std::string_view> refused;  ///< Why an address was.
    std::string asked;                        ///< The recipient whose reply is next; empty: none.
    std::vector<std::string> turned_away;     ///< Recipients that the server takes no mail for.
    std::vector<std::string> put_off;         ///< Those that it takes none for now,
    int put_off_code = 0;                     ///< its reply to the last of them,
    std::set<std::string> left_behind;        ///< and those for whom the others do not wait.
    bool ends = false;                        ///< One is to be waited for.
    bool taken = false;                       ///< Somebody is.
};

/// Follows what the server says of each recipient. curl would stop at the first that is refused or,
/// asked not to, say nothing of it.
int watch(CURL* /*handle*/, curl_infotype type, char* data, std::size_t size, void* context) {
    constexpr std::string_view kRecipient = "RCPT TO:<";
    constexpr std::size_t kCode = 3;
    auto& exchange = *static_cast<Exchange*>(context);
    const std::string_view line(data, size);
    if (type == CURLINFO_HEADER_OUT) {
        const bool recipient = line.starts_with(kRecipient);
        exchange.asked =
            recipient ? line.substr(kRecipient.size(), line.find('>') - kRecipient.size()) : "";
    }
    // A dash behind the code says that more lines of the reply follow.
    const bool reply = type == CURLINFO_HEADER_IN && line.size() > kCode && line[kCode] != '-';
    if (!reply || exchange.asked.empty()) {
        return 0;
    }
    if (line.front() == '5') {
        exchange.turned_away.push_back(exchange.asked);
    } else if (line.front() == '2') {
        exchange.taken = true;
    } else if (line.front() == '4') {
        std::from_chars(data, data + kCode, exchange.put_off_code);
        exchange.put_off.push_back(exchange.asked);
        exchange.ends = exchange.ends || !exchange.left_behind.contains(exchange.asked);
    }
    return 0;
}

/// Ends the exchange before anybody has the mail where one recipient is to be tried again later:
/// then nobody gets it twice.
std::size_t take_reply(char* /*line*/, std::size_t size, std::size_t count, void* context) {
    return static_cast<Exchange*>(context)->ends ? 0 : size * count;
}

std::size_t read_mail(char* out, std::size_t size, std::size_t count, void* context) {
    auto& exchange = *static_cast<Exchange*>(context);
    const std::string_view part = exchange.rest.substr(0, size * count);
    std::ranges::copy(part, out);
    exchange.rest.remove_prefix(part.size());
    return part.size();
}

std::optional<std::string_view> why_not_public(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, address, sizeof(four));
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&four.sin_addr);
        return net::non_public(std::span(bytes, sizeof(four.sin_addr)));
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, address, sizeof(six));
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&six.sin6_addr);
        return net::non_public(std::span(bytes, sizeof(six.sin6_addr)));
    }
    return "unknown";
}

/// curl dials the very address it hands over here.
curl_socket_t open_socket(void* context, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& exchange = *static_cast<Exchange*>(context);
    if (exchange.public_only) {
        exchange.refused = why_not_public(&address->addr);
        if (exchange.refused) {
            return CURL_SOCKET_BAD;
        }
    }
    return ::socket(address->family, address->socktype, address->protocol);
}

/// "smtp://host:587"
std::string place_of(const net::Url& url) {
    const std::string host = url.host.contains(':') ? "[" + url.host + "]" : url.host;
    return url.scheme + "://" + host + ":" + std::to_string(url.port);
}

void set_credentials(CURL* handle, const net::Url& url) {
    if (url.user_info.empty()) {
        return;
    }
    const std::size_t colon = std::min(url.user_info.find(':'), url.user_info.size());
    const std::string_view info = url.user_info;
    const std::string user = net::percent_decoded(info.substr(0, colon));
    const std::string password =
        colon < info.size() ? net::percent_decoded(info.substr(colon + 1)) : std::string();
    curl_easy_setopt(handle, CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, password.c_str());
}

void set_envelope(CURL* handle, const net::HttpRequest& request, Texts& recipients) {
    for (const auto& [name, value] : request.headers) {
        const std::string address = "<" + value + ">";
        if (name == "From") {
            curl_easy_setopt(handle, CURLOPT_MAIL_FROM, address.c_str());
        } else if (name == "To") {
            recipients.add(address);
        }
    }
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
}

Error explain(CURLcode failure, const Exchange& exchange) {
    if (exchange.refused) {
        return Error(
                   Code::kInvalid,
                   "its host is not on the internet: its address is " +
                       std::string(*exchange.refused)
        )
            .advise("Where that is meant, set allow_private: true");
    }
    if (failure == CURLE_USE_SSL_FAILED) {
        return Error(Code::kInvalid, "the server offers no STARTTLS")
            .advise("Use a port where it does, or smtps://");
    }
    return {Code::kTransient, std::string("the mail was not sent: ") + curl_easy_strerror(failure)};
}

void set_callbacks(CURL* curl, Exchange& exchange) {
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_mail);
    curl_easy_setopt(curl, CURLOPT_READDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_reply);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
}

Result<net::HttpResponse> answer_of(CURLcode failure, int code, const Exchange& exchange) {
    constexpr int kTaken = 250;
    constexpr int kRefusals = 400;
    net::HttpResponse out;
    for (const std::string& address : exchange.put_off) {
        out.headers.emplace_back("Put-Off", address);
    }
    // What is said of the mail itself goes before what was said of some recipients.
    const bool of_recipients = exchange.ends || !exchange.taken;
    if (exchange.put_off_code != 0 && of_recipients && failure != CURLE_OK) {
        out.status = exchange.put_off_code;
        return out;
    }
    if (failure != CURLE_OK && code < kRefusals) {
        return explain(failure, exchange);
    }
    out.status = failure == CURLE_OK ? kTaken : code;
    for (const std::string& address : exchange.turned_away) {
        out.headers.emplace_back("Turned-Away", address);
    }
    return out;
}

/// Blocks until the server took the mail, or not. Runs on a worker.
Result<net::HttpResponse> deliver(
    const net::HttpRequest& request, Duration deadline, const std::string& ca_file
) {
    const Easy handle(curl_easy_init());
    if (!handle) {
        return Error(Code::kUnavailable, "there is no memory for a connection");
    }
    CURL* const curl = handle.get();
    Exchange exchange;
    exchange.rest = request.body;
    exchange.public_only = request.public_only;
    for (const auto& [name, address] : request.headers) {
        if (name == "Leave-Behind") {
            exchange.left_behind.insert(address);
        }
    }
    Texts recipients;
    const std::string place = place_of(request.url);
    const auto limit = std::chrono::ceil<std::chrono::milliseconds>(deadline).count();
    curl_easy_setopt(curl, CURLOPT_URL, place.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(
        curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limit)
    );  // NOLINT(google-runtime-int)
    curl_easy_setopt(
        curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL)
    );  // NOLINT(google-runtime-int)
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!ca_file.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
    }
    set_callbacks(curl, exchange);
    set_credentials(curl, request.url);
    set_envelope(curl, request, recipients);
    const CURLcode failure = curl_easy_perform(curl);
    long code = 0;  // NOLINT(google-runtime-int): curl's.
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    return answer_of(failure, static_cast<int>(code), exchange);
}

class SmtpClient final : public net::HttpClient {
  public:
    SmtpClient(runtime::Workers& workers, SmtpOptions options)
        : workers_(workers), ca_file_(std::move(options.ca_file)) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        // As for every other connection of ours.
        const char* file = std::getenv("SSL_CERT_FILE");  // NOLINT(concurrency-mt-unsafe)
        if (ca_file_.empty() && file != nullptr) {
            ca_file_ = file;
        }
    }

    runtime::Task<Result<net::HttpResponse>> send(net::HttpRequest request, Duration deadline)
        override {
        Result<net::HttpResponse> out = Error(Code::kTransient, "not sent");
        const auto work = [&] {
            out = deliver(request, deadline, ca_file_);
        };
        co_await workers_.run(work);
        if (!out) {
            co_return std::move(out).error().context("mail by " + place_of(request.url));
        }
        co_return out;
    }

  private:
    runtime::Workers& workers_;
    std::string ca_file_;
};

}  // namespace

std::unique_ptr<net::HttpClient> make_smtp_client(runtime::Workers& workers, SmtpOptions options) {
    return std::make_unique<SmtpClient>(workers, std::move(options));
}

}  // namespace faultline::mail
