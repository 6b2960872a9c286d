// SPDX-License-Identifier: Apache-2.0
#include "fake_chain.hpp"
#include "fake_http.hpp"
#include "node_fixture.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

EndpointOptions batches_of(std::size_t most) {
    EndpointOptions out = options();
    out.max_batch = most;
    return out;
}

/// Reads numbered from 0 in their data; each is answered by its data.
std::vector<eth::Read> numbered(std::size_t count) {
    std::vector<eth::Read> reads(count);
    for (std::size_t i = 0; i < count; ++i) {
        reads[i].data = {static_cast<std::uint8_t>(i)};
    }
    return reads;
}

/// "0x07", of a call.
std::string data_of(const Asked& asked) {
    const std::string key = R"("data":")";
    const std::size_t at = asked.params.find(key) + key.size();
    return asked.params.substr(at, asked.params.find('"', at) - at);
}

bool asks(const net::HttpRequest& request, const std::string& data) {
    return std::ranges::any_of(asked_in(request.body), [&](const Asked& asked) {
        return data_of(asked) == data;
    });
}

std::size_t calls_in(const net::HttpRequest& request) {
    return asked_in(request.body).size();
}

/// Answers to all calls of a request, of which some may be errors.
net::HttpResponse answered(
    const net::HttpRequest& request, const std::function<std::string(const Asked&)>& error
) {
    std::string out;
    const std::vector<Asked> all = asked_in(request.body);
    for (const Asked& asked : all) {
        const std::string why = error(asked);
        const int id = static_cast<int>(asked.id);
        out += out.empty() ? "" : ",";
        out += why.empty() ? result_of(id, "\"" + data_of(asked) + "\"") : error_of(id, why);
    }
    return ok(all.size() == 1 ? out : "[" + out + "]");
}

std::string no_error(const Asked& /*asked*/) {
    return "";
}

/// The numbers of the reads without an answer; the others have theirs.
std::vector<std::size_t> holes(const std::vector<eth::ReadAnswer>& answers) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        REQUIRE(answers[i].read.data.front() == i);
        if (answers[i].unanswered()) {
            out.push_back(i);
        } else {
            CHECK(answers[i].result == answers[i].read.data);
        }
    }
    return out;
}

using Holes = std::vector<std::size_t>;

}  // namespace

TEST_CASE("a batch whose answers are too large together is asked in parts", "[rpc][node][reads]") {
    Fixture fixture(
        [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            if (calls_in(request) > 3 || asks(request, "0x05")) {
                return Error(Code::kRejected, "its answer is larger than 67108864 bytes");
            }
            return answered(request, no_error);
        },
        batches_of(20)
    );
    const auto answers = success(fixture.await(fixture.node->reads(hash_of('b'), numbered(20))));
    REQUIRE(answers.size() == 20);
    CHECK(holes(answers) == Holes{5});
    CHECK(fixture.http.requests().size() < 20);
}

TEST_CASE("a batch that is refused whole is asked in parts", "[rpc][node][reads]") {
    Fixture fixture([](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        return calls_in(request) <= 2
                   ? answered(request, no_error)
                   : ok(error_of(1, R"({"code":-32003,"message":"response too large"})"));
    });
    CHECK(holes(success(fixture.await(fixture.node->reads(hash_of('b'), numbered(4))))).empty());
}

TEST_CASE("a refusal that is not for the size of a batch stays one", "[rpc][node][reads]") {
    Fixture fixture(fixed(R"({"jsonrpc":"2.0","id":null,"error":"invalid api key"})"));
    failure(fixture.await(fixture.node->reads(hash_of('b'), numbered(4))), Code::kRejected);
    CHECK(fixture.http.requests().size() == 3);
}

TEST_CASE("calls refused for the size of others' answers are asked again", "[rpc][reads]") {
    // As geth does: from the answer on that exceeds the batch's size, all are refused.
    Fixture fixture(
        [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            bool full = false;
            return answered(request, [&](const Asked& asked) -> std::string {
                full = full || data_of(asked) == "0x02";
                return full ? R"({"code":-32003,"message":"response too large"})" : "";
            });
        },
        batches_of(10)
    );
    const auto answers = success(fixture.await(fixture.node->reads(hash_of('b'), numbered(10))));
    CHECK(holes(answers) == Holes{2});
    CHECK(fixture.http.requests().size() < 10);
}

TEST_CASE("a call that the node has no time for has no answer at the second try", "[rpc][reads]") {
    bool slow = true;
    const int status = GENERATE(200, 500);
    const std::string aborted = R"-({"code":-32000,"message":"execution aborted (timeout = 5s)"})-";
    const auto error = [&](const Asked& asked) {
        const bool late = slow && (data_of(asked) == "0x02" || data_of(asked) == "0x03");
        return late ? aborted : std::string();
    };
    Fixture fixture(
        [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            net::HttpResponse out = answered(request, error);
            out.status = calls_in(request) == 1 && slow ? status : 200;
            return out;
        },
        batches_of(10)
    );
    const auto ask = [&] {
        return fixture.await(fixture.node->reads(hash_of('b'), numbered(6)));
    };
    CHECK(failure(ask(), Code::kTransient).contains("endpoint test: eth_call"));
    CHECK(fixture.http.requests().size() == 1);
    CHECK(holes(success(ask())) == Holes{2, 3});
    CHECK(fixture.http.requests().size() == 4);
    slow = false;
    CHECK(holes(success(ask())).empty());
    CHECK(holes(success(ask())).empty());
    CHECK(fixture.http.requests().size() == 8);
}

namespace {

/// Takes as long as it is given for a request that asks one of those calls, or for any.
class SlowHttp final : public net::HttpClient {
  public:
    explicit SlowHttp(runtime::VirtualClock& clock) : clock_(clock) {}

    std::vector<std::string> slow;
    bool down = false;
    int requests = 0;

    runtime::Task<Result<net::HttpResponse>> send(net::HttpRequest request, Duration deadline)
        override {
        ++requests;
        const bool late = down || std::ranges::any_of(slow, [&](const std::string& data) {
                              return asks(request, data);
                          });
        if (late) {
            co_await clock_.sleep(deadline);
            co_return Error(Code::kTransient, "it took longer than 3000 ms");
        }
        co_return answered(request, no_error);
    }

  private:
    runtime::VirtualClock& clock_;
};

struct Late {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    SlowHttp http{clock};
    CountingWorkers workers;
    std::unique_ptr<Node> node = make_json_rpc_node(batches_of(10), http, clock, workers);

    Result<std::vector<eth::ReadAnswer>> ask(std::size_t count) {
        std::optional<Result<std::vector<eth::ReadAnswer>>> out;
        clock.run(loop, Fixture::keep(node->reads(hash_of('b'), numbered(count)), out));
        return *std::move(out);
    }

    /// The tries until there are answers.
    int tries(std::size_t count, const Holes& without) {
        constexpr int kMost = 20;
        for (int i = 1; i <= kMost; ++i) {
            if (const auto answers = ask(count)) {
                CHECK(holes(*answers) == without);
                return i;
            }
        }
        return 0;
    }
};

}  // namespace

TEST_CASE("of a batch that takes too long only the slow call has no answer", "[rpc][reads]") {
    Late at;
    SECTION("one of many") {
        at.http.slow = {"0x04"};
        CHECK(at.tries(10, {4}) == 7);
        CHECK(at.tries(10, {4}) == 1);
        CHECK(at.tries(10, {4}) == 1);
        at.http.slow.clear();
        CHECK(at.tries(10, {}) == 1);
    }
    SECTION("more than one") {
        at.http.slow = {"0x00", "0x01", "0x09"};
        CHECK(at.tries(10, {0, 1, 9}) > 0);
    }
    SECTION("the only one") {
        at.http.slow = {"0x00"};
        CHECK(at.tries(1, {0}) == 4);
    }
}

TEST_CASE("an endpoint that is down never makes reads unanswered", "[rpc][reads]") {
    Late at;
    at.http.down = true;
    CHECK(at.tries(10, {}) == 0);
    CHECK(at.tries(1, {}) == 0);
    at.http.down = false;
    CHECK(at.tries(10, {}) == 1);
    at.http.requests = 0;
    for (int i = 0; i < 5; ++i) {
        CHECK(at.tries(10, {}) == 1);
    }
    at.http.requests = 0;
    CHECK(at.tries(10, {}) == 1);
    CHECK(at.http.requests == 1);
}

}  // namespace faultline::rpc
