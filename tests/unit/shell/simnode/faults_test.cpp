// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/simnode/faults.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <shell/simnode/fault_plan.hpp>
#include <shell/simnode/wire.hpp>
#include <string>
#include <unistd.h>
#include <unit/shell/simnode/tape_lines.hpp>
#include <vector>

using namespace faultline;
using namespace faultline::simnode;
using namespace faultline::simnode::testing;

namespace {

constexpr eth::BlockNum kNoEnd = std::numeric_limits<eth::BlockNum>::max();

/// Which of 200 opportunities are taken, as text.
std::string pattern(FaultPlan& plan, FaultKind kind) {
    std::string out;
    for (int i = 0; i < 200; ++i) {
        out += plan.strikes(kind, 10) ? '!' : '.';
    }
    return out;
}

Reply echo(const rpc::ServerRequest& request) {
    Reply reply;
    if (request.method == "refuse") {
        reply.refusal = rpc::Refusal{.code = -32000, .message = "no", .json = {}};
    } else if (request.method == "eth_getLogs") {
        reply.result = "[" + log(1, 'a', 'c', {'1'}, 0) + "," + log(1, 'a', 'd', {}, 1) + "]";
    } else {
        reply.result = request.params;
    }
    return reply;
}

}  // namespace

TEST_CASE("a fault is a kind, a rate and a range of heads", "[simnode]") {
    using enum FaultKind;
    CHECK(*parse_fault("drop") == FaultRule{.kind = kDrop, .rate = 0.1});
    CHECK(*parse_fault("429:0.5") == FaultRule{.kind = kRateLimit, .rate = 0.5});
    CHECK(
        *parse_fault("slow:1@100-200") ==
        FaultRule{.kind = kSlow, .rate = 1, .from = 100, .to = 200}
    );
    CHECK(*parse_fault("null@7") == FaultRule{.kind = kNull, .rate = 0.1, .from = 7, .to = 7});
    CHECK(
        *parse_fault("null@7-") == FaultRule{.kind = kNull, .rate = 0.1, .from = 7, .to = kNoEnd}
    );
    CHECK(*parse_fault("null@-7") == FaultRule{.kind = kNull, .rate = 0.1, .from = 0, .to = 7});
    for (const auto* bad :
         {"",
          "dorp",
          "drop:",
          "drop:2",
          "drop:-1",
          "drop:nan",
          "drop:x",
          "drop@",
          "drop@-",
          "drop@a-b",
          "drop@9-1",
          "drop@1-2-3",
          ":1",
          "drop:0.1:0.2"}) {
        const auto parsed = parse_fault(bad);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().code() == Code::kInvalid);
        CHECK_THAT(parsed.error().message(), Catch::Contains("retry-after"));
    }
}

TEST_CASE("every kind of fault is described, and by its own name", "[simnode]") {
    for (const FaultDescription& one : fault_descriptions()) {
        CHECK(description_of(one.kind).name == one.name);
        CHECK(parse_fault(one.name)->kind == one.kind);
        CHECK_FALSE(one.text.empty());
    }
}

TEST_CASE("a file of faults has one a line", "[simnode]") {
    const auto path =
        std::filesystem::temp_directory_path() / ("faultline-faults-" + std::to_string(getpid()));
    std::ofstream(path) << "# a bad day\n\ndrop:0.2   # often\n\tmute@5-\n";
    const auto read = read_fault_file(path.string());
    REQUIRE(read.has_value());
    CHECK(read->size() == 2);
    CHECK(read->at(1).from == 5);
    std::ofstream(path) << "drop\ndorp\n";
    CHECK_THAT(
        read_fault_file(path.string()).error().message(), Catch::Contains(path.string() + ":2")
    );
    std::filesystem::remove(path);
    CHECK(read_fault_file(path.string()).error().code() == Code::kUnavailable);
}

TEST_CASE("the same seed strikes at the same opportunities", "[simnode]") {
    using enum FaultKind;
    const FaultRule drop{.kind = kDrop, .rate = 0.3};
    const FaultRule null{.kind = kNull, .rate = 0.3};
    FaultPlan one({drop}, 7);
    FaultPlan other({null, drop}, 7);
    const std::string first = pattern(one, kDrop);
    CHECK(first == pattern(other, kDrop));
    CHECK(first != pattern(other, kNull));
    CHECK(one.between(kDrop, 1, 1000) == other.between(kDrop, 1, 1000));
    FaultPlan seeded({drop}, 8);
    CHECK(first != pattern(seeded, kDrop));
    const auto struck = static_cast<std::uint64_t>(std::ranges::count(first, '!'));
    CHECK(struck > 30);
    CHECK(struck < 90);
    CHECK(one.counts()[static_cast<std::size_t>(kDrop)] == struck);
}

TEST_CASE("a fault strikes within its range only", "[simnode]") {
    FaultPlan plan({*parse_fault("drop:1@10-20")}, 1);
    CHECK_FALSE(plan.strikes(FaultKind::kDrop, 9));
    CHECK(plan.strikes(FaultKind::kDrop, 10));
    CHECK(plan.strikes(FaultKind::kDrop, 20));
    CHECK_FALSE(plan.strikes(FaultKind::kDrop, 21));
    CHECK_FALSE(plan.strikes(FaultKind::kNull, 15));
}

TEST_CASE("messages are answered as they came, one or a batch", "[simnode]") {
    const auto one = [](std::string_view id) {
        return R"({"jsonrpc":"2.0","id":)" + std::string(id) + R"(,"method":"m","params":[)" +
               std::string(id) + "]}";
    };
    CHECK(respond(one("1"), echo) == R"({"jsonrpc":"2.0","id":1,"result":[1]})");
    CHECK(respond("[" + one("1") + "]", echo) == R"([{"jsonrpc":"2.0","id":1,"result":[1]}])");
    CHECK(
        respond("[" + one("1") + "," + one("2") + ",7]", echo) ==
        R"([{"jsonrpc":"2.0","id":1,"result":[1]},{"jsonrpc":"2.0","id":2,"result":[2]},)"
        R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"invalid request: not an object"}}])"
    );
    CHECK(respond(R"({"jsonrpc":"2.0","method":"m"})", echo).empty());
    CHECK(respond(R"([{"jsonrpc":"2.0","method":"m"}])", echo).empty());
    CHECK_THAT(respond("nonsense", echo), Catch::Contains("-32700") && Catch::StartsWith("{"));
    CHECK(
        respond(R"({"jsonrpc":"2.0","id":1,"method":"refuse"})", echo) ==
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}})"
    );
    std::string huge = "[";
    for (int i = 0; i < 1001; ++i) {
        huge += (i > 0 ? "," : "") + one("1");
    }
    CHECK_THAT(respond(huge + "]", echo), Catch::Contains("batch too large"));
}

TEST_CASE("lies about the content of an answer", "[simnode]") {
    const std::string two =
        R"([{"jsonrpc":"2.0","id":1,"method":"m"},{"jsonrpc":"2.0","id":2,"method":"m"}])";
    CHECK(
        respond(two, echo, {.null_call = 1}) ==
        R"([{"jsonrpc":"2.0","id":1,"result":[]},{"jsonrpc":"2.0","id":2,"result":null}])"
    );
    CHECK_THAT(
        respond(two, echo, {.error = 2}),
        Catch::Contains("\"error\"") && !Catch::Contains("\"result\"")
    );
    const std::string logs = R"({"jsonrpc":"2.0","id":1,"method":"eth_getLogs"})";
    const std::string first = log(1, 'a', 'c', {'1'}, 0);
    const std::string second = log(1, 'a', 'd', {}, 1);
    CHECK(
        respond(logs, echo, {.hidden_log = 2}) ==
        R"({"jsonrpc":"2.0","id":1,"result":[)" + second + "]}"
    );
    CHECK(
        respond(logs, echo, {.hidden_log = 1}) ==
        R"({"jsonrpc":"2.0","id":1,"result":[)" + first + "]}"
    );
    std::string altered = first;
    altered.replace(altered.find("0xab"), 4, "0xa1");
    CHECK(
        respond(logs, echo, {.altered_log = 2}) ==
        R"({"jsonrpc":"2.0","id":1,"result":[)" + altered + "," + second + "]}"
    );
    CHECK(without_log("[]", 3) == "[]");
    CHECK(with_altered_log("[]", 3) == "[]");
    CHECK(with_removed_log("[]", 3) == "[]");
    CHECK(
        respond(logs, echo, {.removed_log = 1}) ==
        R"({"jsonrpc":"2.0","id":1,"result":[)" + first + "," + removed_log(second) + "]}"
    );
    const std::string no_data = R"({"data":"0x","transactionHash":"0x12"})";
    CHECK(
        with_altered_log("[" + no_data + "]", 1) == R"([{"data":"0x","transactionHash":"0x11"}])"
    );
}

TEST_CASE("a removed log says so", "[simnode]") {
    CHECK(removed_log(R"({"data":"0x","removed":false})") == R"({"data":"0x","removed":true})");
    CHECK(removed_log(R"({"data":"0x"})") == R"({"data":"0x","removed":true})");
}
