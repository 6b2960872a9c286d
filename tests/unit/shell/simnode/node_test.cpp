// SPDX-License-Identifier: Apache-2.0
// The whole node over real sockets.
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/runtime/deadline.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/simnode/simnode.hpp>
#include <faultline/shell/tape/line_writer.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <shell/simnode/wire.hpp>
#include <string>
#include <unistd.h>
#include <unit/shell/simnode/tape_lines.hpp>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::simnode;
using namespace faultline::simnode::testing;
using namespace std::chrono_literals;
using runtime::Task;

namespace {

/// Never reached unless a test is about to fail.
constexpr Duration kPatience = 20s;

struct TapeFile {
    std::string path;

    explicit TapeFile(const std::vector<std::string>& lines)
        : path((std::filesystem::temp_directory_path() /
                ("faultline-simnode-" + std::to_string(getpid()) + ".zst"))
                   .string()) {
        std::filesystem::remove(path);
        auto writer = tape::create_tape(path);
        REQUIRE(writer.has_value());
        for (const std::string& line : lines) {
            REQUIRE((*writer)->write(line).has_value());
        }
        REQUIRE((*writer)->close().has_value());
    }

    TapeFile(const TapeFile&) = delete;
    TapeFile& operator=(const TapeFile&) = delete;

    ~TapeFile() { std::filesystem::remove(path); }
};

Task<> then_cancel(Task<> task, runtime::TaskGroup& group) {
    co_await std::move(task);
    group.cancel();
}

Task<> beside(Task<> background, Task<> task) {
    runtime::TaskGroup group;
    group.spawn("background", std::move(background));
    group.spawn("task", then_cancel(std::move(task), group));
    co_await group.wait();
}

/// A node on the tape of blocks 1 to 5 whose head moves only when told, and its clients.
struct World {
    TapeFile file{straight(5)};
    runtime::Loop loop;
    std::unique_ptr<net::HttpClient> http = net::make_http_client(loop.clock());
    std::unique_ptr<net::WsConnector> sockets = net::make_ws_connector(loop.clock());
    std::unique_ptr<SimNode> node;

    explicit World(const std::vector<std::string>& faults = {}, Options options = {}) {
        options.tape = file.path;
        options.listen = "127.0.0.1:0";
        if (options.blocks_per_second == 1) {
            options.blocks_per_second = 0;
        }
        for (const std::string& fault : faults) {
            options.faults.push_back(*parse_fault(fault));
        }
        auto opened = open(std::move(options), loop.clock(), obs::null_log());
        REQUIRE(opened.has_value());
        node = std::move(*opened);
    }

    [[nodiscard]] net::Url url(const std::string& scheme) const {
        return *net::Url::parse(scheme + "://127.0.0.1:" + std::to_string(node->port()) + "/");
    }

    void run(Task<> task) { loop.run(beside(node->run(), std::move(task))); }
};

const std::string kAsk = R"({"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"})";

Task<> post(
    World& world, std::string body, Duration limit, std::optional<Result<net::HttpResponse>>& out
) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = world.url("http");
    request.body = std::move(body);
    out = co_await world.http->send(std::move(request), limit);
}

Result<net::HttpResponse> answer_to(
    World& world, const std::string& body, Duration limit = kPatience
) {
    std::optional<Result<net::HttpResponse>> out;
    world.run(post(world, body, limit, out));
    return std::move(*out);
}

/// Subscribes to newHeads, moves the head `moves` times, and hears `messages` more.
Task<> subscribe(World& world, int moves, int messages, std::vector<std::string>& heard) {
    auto socket = co_await world.sockets->connect(world.url("ws"), kPatience);
    REQUIRE(socket.has_value());
    const std::string ask =
        R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]})";
    (void)co_await (*socket)->send(ask);
    for (int i = 0; i <= messages; ++i) {
        auto text = co_await runtime::with_deadline(
            world.loop.clock(), i == messages ? 100ms : kPatience, "hearing", (*socket)->receive()
        );
        if (!text) {
            heard.push_back(text.error().message());
            co_return;
        }
        heard.push_back(std::move(*text));
        for (; i == 0 && moves > 0; --moves) {
            world.node->advance();
        }
    }
}

std::vector<std::string> heard_from(World& world, int moves, int messages) {
    std::vector<std::string> heard;
    world.run(subscribe(world, moves, messages, heard));
    return heard;
}

std::string head_of(std::size_t number) {
    return notification("0x1", BlockText{.number = number, .logs = {}, .more = ""}.header());
}

const std::string kSubscribed = R"({"jsonrpc":"2.0","id":1,"result":"0x1"})";

}  // namespace

TEST_CASE("a node serves its tape, and greets who looks at it", "[simnode]") {
    World world;
    CHECK(world.node->head().number == 1);
    CHECK(world.node->last().number == 5);
    CHECK(world.node->chain_id() == 31337);
    CHECK(answer_to(world, kAsk)->body == R"({"jsonrpc":"2.0","id":1,"result":"0x1"})");
    std::optional<Result<net::HttpResponse>> greeting;
    const auto look = [](World& at, std::optional<Result<net::HttpResponse>>& out) -> Task<> {
        net::HttpRequest request;
        request.url = at.url("http");
        out = co_await at.http->send(std::move(request), kPatience);
    };
    world.run(look(world, greeting));
    CHECK_THAT((*greeting)->body, Catch::Contains("a test") && Catch::Contains("JSON-RPC"));
}

TEST_CASE("subscribers hear of each new head, once and in order", "[simnode]") {
    World world;
    const auto heard = heard_from(world, 2, 3);
    REQUIRE(heard.size() == 4);
    CHECK(heard[0] == kSubscribed);
    CHECK(heard[1] == head_of(2));
    CHECK(heard[2] == head_of(3));
    CHECK_THAT(heard[3], Catch::Contains("took longer"));
}

TEST_CASE("the head begins where told and moves at the pace given", "[simnode]") {
    Options options;
    options.from_head = 3;
    options.blocks_per_second = 200;
    World world({}, options);
    CHECK(world.node->head().number == 3);
    const auto watch = [](World& at) -> Task<> {
        while (at.node->head().number < 5) {
            co_await at.loop.clock().sleep(1ms);
        }
        CHECK_FALSE(at.node->advance());
    };
    world.run(watch(world));
}

TEST_CASE("a node told to wait stands still until the first request", "[simnode]") {
    Options options;
    options.blocks_per_second = 500;
    options.wait_for_client = true;
    World world({}, options);
    const auto watch = [](World& at) -> Task<> {
        co_await at.loop.clock().sleep(20ms);
        CHECK(at.node->head().number == 1);
        std::optional<Result<net::HttpResponse>> ignored;
        co_await post(at, kAsk, kPatience, ignored);
        while (at.node->head().number < 5) {
            co_await at.loop.clock().sleep(1ms);
        }
    };
    world.run(watch(world));
}

TEST_CASE("faults of a request are what they are called", "[simnode]") {
    const auto with = [](const std::string& fault, Duration limit = kPatience) {
        World world({fault + ":1"});
        return answer_to(world, kAsk, limit);
    };
    CHECK(with("drop").error().code() == Code::kTransient);
    CHECK(with("truncate").error().code() == Code::kTransient);
    CHECK_THAT(with("silent", 50ms).error().message(), Catch::Contains("50 ms"));
    const auto limited = with("429");
    CHECK(limited->status == 429);
    CHECK(limited->header("Retry-After").empty());
    CHECK(with("retry-after")->header("Retry-After") == "1");
    CHECK_THAT(with("error")->body, Catch::Contains("\"error\""));
    CHECK_THAT(with("null")->body, Catch::Contains(R"("result":null)"));
    CHECK(with("delay")->body == R"({"jsonrpc":"2.0","id":1,"result":"0x1"})");
    const auto slow = with("slow");
    CHECK(slow->header("Transfer-Encoding") == "chunked");
    CHECK(slow->body == R"({"jsonrpc":"2.0","id":1,"result":"0x1"})");
}

TEST_CASE("a node may lag and lie", "[simnode]") {
    {
        Options at_end;
        at_end.from_head = 5;
        World lagging({"lag:1"}, at_end);
        CHECK_THAT(answer_to(lagging, kAsk)->body, !Catch::Contains("0x5"));
    }
    World lying({"hide-logs:1"});
    CHECK_THAT(
        answer_to(lying, R"({"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{}]})")->body,
        Catch::Contains("[]")
    );
    CHECK(lying.node->fault_counts()[static_cast<std::size_t>(FaultKind::kHideLogs)] == 1);
}

TEST_CASE("faults of a notification are what they are called", "[simnode]") {
    const auto with = [](const std::string& fault, int messages) {
        World world({fault + ":1"});
        return heard_from(world, 1, messages);
    };
    CHECK(
        with("duplicate", 3) ==
        std::vector<std::string>{
            kSubscribed, head_of(2), head_of(2), "hearing took longer than 100 ms"
        }
    );
    CHECK(with("late", 2)[1] == head_of(2));
    CHECK_THAT(with("ws-drop", 2)[1], Catch::Contains("the connection broke"));
    CHECK_THAT(with("ws-cut", 2)[1], Catch::Contains("the connection broke"));
    CHECK_THAT(with("mute", 1)[1], Catch::Contains("took longer than 100 ms"));
}

TEST_CASE("what cannot be served is refused with what to do", "[simnode]") {
    const TapeFile file(straight(2));
    const runtime::Loop loop;
    const auto refusal = [&](Options options) {
        auto node = open(std::move(options), runtime::Loop::current().clock(), obs::null_log());
        REQUIRE_FALSE(node.has_value());
        return node.error().message();
    };
    Options options;
    options.tape = "/no/such/tape";
    CHECK_THAT(refusal(options), Catch::Contains("/no/such/tape"));
    options.tape = file.path;
    options.listen = "here";
    CHECK_THAT(refusal(options), Catch::Contains("--listen"));
    options.listen = "127.0.0.1:0";
    options.tls_certificate_file = "c.pem";
    CHECK_THAT(refusal(options), Catch::Contains("its key"));
    options.tls_certificate_file.clear();
    options.blocks_per_second = -1;
    CHECK_THAT(refusal(options), Catch::Contains("pace"));
    options.blocks_per_second = 1;
    options.from_head = 3;
    CHECK_THAT(refusal(options), Catch::Contains("ends at block 2") && Catch::Contains("\"end\""));
}
