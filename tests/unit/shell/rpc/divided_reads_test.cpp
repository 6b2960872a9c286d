// SPDX-License-Identifier: Apache-2.0
#include "fake_chain.hpp"
#include "fake_http.hpp"
#include "node_fixture.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
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
    const std::size_t at = asked.params.find(R"("data":")");
    return at == std::string::npos ? "0x" : asked.params.substr(at + 8, 4);
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

}  // namespace faultline::rpc
