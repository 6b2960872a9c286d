// SPDX-License-Identifier: Apache-2.0
#include "api_bench.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::api;
using namespace faultline::api::testing;
using namespace std::chrono_literals;

namespace {

constexpr const char* kAccounts = "/v1/chains/devnet/aave/core/accounts";

}  // namespace

TEST_CASE("Accounts are served exactly and name their block", "[api]") {
    Bench bench;
    AccountFigures rich;
    rich.account = FakeChain::account(1);
    rich.data = Figure<aave::AccountData>::of({
        .total_collateral_base = U256::max(),
        .total_debt_base = 2,
        .available_borrows_base = 3,
        .current_liquidation_threshold_bps = 8300,
        .ltv_bps = 8000,
        .health_factor_wad = 1'050'000'000'000'000'000,
    });
    AccountFigures unknown;
    unknown.account = FakeChain::account(2);
    unknown.data =
        Figure<aave::AccountData>::without(FigureStatus::kStale, "the price of 0x… is old");
    bench.chain.accounts_now.block =
        ProcessedBlock{.ref = FakeChain::block(7), .timestamp = {1'700'000'007}};
    bench.chain.accounts_now.usable = Figure<bool>::of(true);
    bench.chain.accounts_now.accounts = {rich, unknown};
    bench.chain.accounts_now.next = FakeChain::account(2);
    const auto response = bench.get(kAccounts);
    CHECK(response.status == 200);
    CHECK(response.header("Content-Type") == "application/json");
    const std::string zeros(62, '0');
    CHECK(
        response.body ==
        R"({"block":{"number":7,"hash":"0x)" + zeros + R"(07","timestamp":1700000007},)" +
            R"("halted":"","status":"value","reason":"","accounts":[)" +
            R"({"account":"0x0000000000000000000000000000000000000001","status":"value",)" +
            R"("total_collateral_base":"115792089237316195423570985008687907853269984665640564)" +
            R"(039457584007913129639935","total_debt_base":"2","available_borrows_base":"3",)" +
            R"("current_liquidation_threshold_bps":"8300","ltv_bps":"8000",)" +
            R"("health_factor_wad":"1050000000000000000"},)" +
            R"({"account":"0x0000000000000000000000000000000000000002","status":"stale",)" +
            R"("reason":"the price of 0x… is old"}],)" +
            R"("next":"0x0000000000000000000000000000000000000002"})" + "\n"
    );
}

TEST_CASE("Before the first block there is no block and no figure", "[api]") {
    Bench bench;
    bench.chain.accounts_now.usable =
        Figure<bool>::without(FigureStatus::kNoData, "no block is applied yet");
    CHECK(
        bench.get(kAccounts).body ==
        R"({"block":null,"halted":"","status":"no_data","reason":"no block is applied yet",)"
        R"("accounts":[],"next":null})"
        "\n"
    );
}

TEST_CASE("Parameters of accounts reach the view", "[api]") {
    Bench bench;
    const std::string address = "0x00000000000000000000000000000000000000AB";
    CHECK(bench.get(kAccounts).status == 200);
    CHECK(bench.chain.asked->limit == 1000);
    CHECK_FALSE(bench.chain.asked->account.has_value());
    CHECK(
        bench.get(std::string(kAccounts) + "?limit=5&after=" + address + "&account=" + address)
            .status == 200
    );
    CHECK(bench.chain.asked->limit == 5);
    CHECK(bench.chain.asked->after == FakeChain::account(0xab));
    CHECK(bench.chain.asked->account == FakeChain::account(0xab));
}

TEST_CASE("A bad parameter is refused with what it should be", "[api]") {
    Bench bench;
    for (const std::string query :
         {"limit=0",
          "limit=5001",
          "limit=",
          "limit=-1",
          "limit=1x",
          "limit=99999999999999999999",
          "account=0x12",
          "account=",
          "after=vitalik.eth",
          "limt=5",
          "limit=5&limit=6",
          "limit=%zz",
          "limit=%4",
          "limit=5%00",
          "=5"}) {
        CAPTURE(query);
        const auto response = bench.get(std::string(kAccounts) + "?" + query);
        CHECK(response.status == 400);
        CHECK(response.body.starts_with(R"({"error":{"code":"bad_request","message":")"));
    }
    CHECK(has(bench.get(std::string(kAccounts) + "?limt=5"), "account, after, limit"));
    CHECK(bench.get("/v1/status?x=1").status == 400);
    CHECK_FALSE(bench.chain.asked.has_value());
}

TEST_CASE("What a client sends does not come back at length", "[api]") {
    Bench bench;
    const auto response = bench.get("/v1/status?" + std::string(8000, 'x') + "=1");
    CHECK(response.status == 400);
    CHECK(response.body.size() < 400);
    CHECK(
        bench.get("/v1/chains/" + std::string(8000, 'x') + "/aave/core/accounts").body.size() < 400
    );
}

TEST_CASE("Unknown paths, chains and markets are 404", "[api]") {
    Bench bench;
    for (const std::string target :
         {"/nothing-here",
          "/v1",
          "/v1/chains",
          "/v1/chains/devnet",
          "/v1/chains/nope/aave/core/accounts",
          "/v1/chains/devnet/aave/nope/accounts",
          "/v1/chains/devnet/aave/nope/reserves",
          "/v1/chains/devnet/aave/core",
          "/v1/chains/devnet/aave/core/accounts/0x/more",
          "/v1//status",
          "/V1/status",
          "/metrics/../v2",
          "/etc/passwd"}) {
        CAPTURE(target);
        const int status = bench.get(target).status;
        CHECK((status == 404 || (status == 400 && target.find("..") != std::string::npos)));
    }
    CHECK(has(bench.get("/x"), R"("code":"not_found")"));
}

TEST_CASE("Other methods are refused and the allowed ones named", "[api]") {
    Bench bench;
    for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
        const auto response = bench.get("/v1/status", method);
        CHECK(response.status == 405);
        CHECK(response.header("Allow") == "GET, HEAD");
        CHECK(has(response, R"("code":"method_not_allowed")"));
    }
    CHECK(bench.get("/nothing", "POST").status == 404);
    CHECK(bench.get("/v1/status", "HEAD").status == 200);
}

TEST_CASE("When a view cannot answer now the client is asked to come again", "[api]") {
    Bench bench;
    bench.chain.failure = Error(Code::kUnavailable, "the newest block is not committed yet");
    // One chain that cannot answer does not hide the alerts of the others.
    CHECK(has(bench.get("/v1/alerts"), R"("error":"the newest block is not committed yet"},{)"));
    bench.other.failure = bench.chain.failure;
    for (const std::string& target : {std::string(kAccounts), std::string("/v1/alerts")}) {
        const auto response = bench.get(target);
        CHECK(response.status == 503);
        CHECK(response.header("Retry-After") == "1");
        CHECK(has(response, "not committed yet"));
    }
}

TEST_CASE("Health is about the process, readiness about progress", "[api]") {
    Bench bench;
    CHECK(bench.get("/readyz").status == 200);
    CHECK(
        bench.get("/readyz").body ==
        R"({"ready":true,"chains":[{"name":"devnet","ready":true,"reasons":[]},)"
        R"({"name":"base","ready":true,"reasons":[]}]})"
        "\n"
    );
    bench.other.status_now.halted = "a reorg deeper than the undo window";
    CHECK(bench.get("/readyz").status == 503);
    CHECK(has(bench.get("/readyz"), "the chain stopped: a reorg deeper than the undo window"));
    CHECK(bench.get("/healthz").status == 200);
}

TEST_CASE("Without a chain nothing is ready", "[api]") {
    Bench bench;
    Api empty({.version = "1", .readiness = {}}, {}, bench.metrics);
    net::HttpRequest request;
    request.url.target = "/readyz";
    net::HttpResponse response;
    bench.loop.run(Bench::take(empty.handle(std::move(request)), response));
    CHECK(response.status == 503);
}

TEST_CASE("A chain is unready for each of these reasons", "[api]") {
    const ReadinessLimits limits;
    const ChainStatus good = FakeChain("x").status_now;
    CHECK(unready_reasons(good, limits).empty());

    const auto one = [&](auto change, const std::string& expected) {
        ChainStatus status = good;
        change(status);
        const auto reasons = unready_reasons(status, limits);
        REQUIRE(reasons.size() == 1);
        CHECK(reasons[0] == expected);
    };
    one([](auto& s) { s.halted = "x"; }, "the chain stopped: x");
    one([](auto& s) { s.storage_error = "disk full"; }, "the store takes no writes: disk full");
    one([](auto& s) { s.since_contact.reset(); }, "the endpoint has not answered yet");
    one(
        [](auto& s) {
            s.since_contact = 61s;
            s.endpoint_error = "timed out";
        },
        "the endpoint has not answered for 61 s: timed out"
    );
    one([](auto& s) { s.head.reset(); }, "the head of the chain is not known yet");
    one([](auto& s) { s.processed.reset(); }, "no block is processed yet");
    one([](auto& s) { s.head = FakeChain::block(111); }, "catching up: 11 blocks behind");
    one(
        [](auto& s) {
            s.head = FakeChain::block(111);
            s.endpoint_error = "missing trie node";
        },
        "catching up: 11 blocks behind: missing trie node"
    );
    one([](auto& s) { s.head_age = 301s; },
        "the endpoint's newest block is 301 s old: the endpoint is stuck, syncing or cut off, or "
        "this machine's clock is wrong");

    ChainStatus edge = good;
    edge.head = FakeChain::block(110);
    edge.since_contact = 60s;
    edge.endpoint_error = "one request failed";
    CHECK(unready_reasons(edge, limits).empty());
    edge.head = FakeChain::block(90);
    CHECK(unready_reasons(edge, limits).empty());
}

TEST_CASE("Status shows head, processed block and markets", "[api]") {
    Bench bench;
    bench.chain.status_now.finalized = 64;
    bench.chain.status_now.reorgs = 3;
    const auto body = bench.get("/v1/status").body;
    const std::string zeros(62, '0');
    CHECK(body.starts_with(
        R"({"version":"1.2.3","ready":true,"chains":[{"name":"devnet","chain_id":31337,)"
        R"("ready":true,"reasons":[],"processed":{"number":100,"hash":"0x)" +
        zeros + R"(64","timestamp":1700000000},"head":{"number":100,"hash":"0x)" + zeros +
        R"(64"},"finalized":64,"seconds_since_contact":2,"reorgs":3,"endpoint_error":"",)"
        R"("storage_error":"","halted":"","doubt":"","endpoints":[{"name":"local","role":"primary",)"
        R"("state":"ok","head":100,"lag_blocks":0}],"receivers":[{"name":"ops","state":"limited","limited_until_ms":1700000060000,"waiting":2,"held":1,"dead_letters":1,)"
        R"("last_success_ms":null,"last_failure_ms":1700000000123,"last_error":"HTTP 503"}],)"
        R"("markets":[{"name":"core","protocol":"aave_v2",)"
        R"("path":"/v1/chains/devnet/aave/core",)"
        R"("base_currency":"ETH","base_decimals":18,"status":"value","reason":"","accounts":3,"unvalued":1,"reserves":2}]})"
    ));
    bench.chain.status_now.markets[0].audit = {
        .block = {.number = 90, .hash = {}}, .equal = 12, .mismatch = 1, .first_mismatch = "x of y"
    };
    CHECK(
        has(bench.get("/v1/status"),
            R"("reserves":2,"audit":{"block":{"number":90,"hash":"0x)" + zeros +
                R"(00"},"equal":12,"mismatch":1,"first_mismatch":"x of y"}}]})")
    );
    bench.chain.status_now = {};
    CHECK(
        has(bench.get("/v1/status"),
            R"("processed":null,"head":null,"finalized":null,"seconds_since_contact":null)")
    );
}

TEST_CASE("Alerts of all chains are listed with their chain", "[api]") {
    Bench bench;
    ActiveAlert alert;
    alert.rule = "low";
    alert.severity = "critical";
    alert.phase = "firing";
    alert.labels = {{"account", "0x01"}};
    alert.summary = "health factor 0.99 is below 1.05";
    alert.now = "health factor 0.97";
    alert.began = FakeChain::block(5);
    alert.since = {1'700'000'000};
    alert.fingerprint = "00ff";
    alert.silenced_by = {3, 4};
    alert.inhibited_by = "11ee";
    alert.acknowledged =
        AcknowledgedBy{.author = "ann", .comment = "on it", .at = {1'700'000'001'999}};
    bench.other.alerts_now.alerts = {alert};
    bench.chain.alerts_now.block =
        ProcessedBlock{.ref = FakeChain::block(7), .timestamp = {1'700'000'007}};
    const auto response = bench.get("/v1/alerts");
    const std::string zeros(62, '0');
    CHECK(
        response.body ==
        R"({"chains":[{"name":"devnet","block":{"number":7,"hash":"0x)" + zeros +
            R"(07","timestamp":1700000007},"halted":"","error":""},)" +
            R"({"name":"base","block":null,"halted":"","error":""}],"alerts":[)" +
            R"({"chain":"base","rule":"low","severity":"critical","phase":"firing",)" +
            R"("summary":"health factor 0.99 is below 1.05","now":"health factor 0.97",)" +
            R"("began":{"number":5,"hash":"0x)" + zeros +
            R"(05"},"since":1700000000,"labels":{"account":"0x01"},"fingerprint":"00ff",)" +
            R"("silenced_by":[3,4],"inhibited_by":"11ee","acknowledged":)" +
            R"({"author":"ann","comment":"on it","at":1700000001}}]})" + "\n"
    );
}

TEST_CASE("Reserves show configuration, indexes and price", "[api]") {
    Bench bench;
    ReserveFigures priced;
    priced.id = 0;
    priced.row.config.decimals = 18;
    priced.row.liquidity_index_ray = 7;
    priced.price_base = Figure<U256>::of(200'000'000'000);
    priced.totals = Figure<aave::ReserveTotals>::of(
        {.supplied = 9,
         .borrowed = 8,
         .borrowed_stable = 0,
         .available = 1,
         .utilisation_ray = 7,
         .supplied_of_cap = 10}
    );
    ReserveFigures unpriced;
    unpriced.totals = Figure<aave::ReserveTotals>::without(FigureStatus::kError, "they overflow");
    unpriced.id = 1;
    unpriced.price_base = Figure<U256>::without(FigureStatus::kNoData, "never read");
    bench.chain.reserves_now.usable = Figure<bool>::of(true);
    bench.chain.reserves_now.reserves = {priced, unpriced};
    const auto response = bench.get("/v1/chains/devnet/aave/core/reserves");
    CHECK(response.status == 200);
    CHECK(has(response, R"("reserves":[{"id":0,"asset":"0x)"));
    CHECK(has(response, R"("decimals":18,)"));
    CHECK(has(response, R"("liquidity_index_ray":"7",)"));
    CHECK(has(
        response,
        R"("price":{"status":"value","reason":"","price_base":"200000000000"},)"
        R"("totals":{"status":"value","reason":"","supplied":"9","borrowed":"8","borrowed_stable":"0",)"
        R"("available":"1","utilisation_ray":"7","supplied_of_cap":"10"}})"
    ));
    CHECK(
        has(response,
            R"("price":{"status":"no_data","reason":"never read"},)"
            R"("totals":{"status":"error","reason":"they overflow"}}])")
    );
}

TEST_CASE("Metrics are served in the text format, requests among them", "[api]") {
    Bench bench;
    bench.get("/v1/status");
    bench.get("/no/such/path");
    const auto response = bench.get("/metrics");
    CHECK(response.status == 200);
    CHECK(response.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(has(response, R"(faultline_http_requests_total{route="/v1/status",status="200"} 1)"));
    CHECK(has(response, R"(faultline_http_requests_total{route="none",status="404"} 1)"));
}

TEST_CASE("A chain that stopped is a banner in every answer about it", "[api]") {
    Bench bench;
    const std::string why = "a reorg <deeper> than the undo window";
    bench.chain.accounts_now.halted = why;
    bench.chain.status_now.halted = why;
    CHECK(has(bench.get(kAccounts), R"("halted":"a reorg <deeper> than the undo window")"));
    CHECK(has(bench.get("/"), "CHAIN devnet IS NOT FOLLOWED ANY MORE"));
    const auto page = bench.get("/", "GET", {{"Accept", "text/html"}});
    CHECK(has(page, "<strong>CHAIN devnet IS NOT FOLLOWED ANY MORE"));
    CHECK(has(page, "a reorg &lt;deeper&gt; than"));
    CHECK_FALSE(has(page, "CHAIN base"));
}

TEST_CASE("The index lists what there is, as text or as a page", "[api]") {
    Bench bench;
    bench.chain.status_now.markets[0].name = "<core>";
    const auto text = bench.get("/");
    CHECK(text.header("Content-Type") == "text/plain; charset=utf-8");
    CHECK(has(text, "/v1/chains/base/aave/core/accounts\n"));
    const auto page = bench.get("/", "GET", {{"accept", "text/html,application/xhtml+xml"}});
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    CHECK(has(page, "<a href=\"/v1/chains/base/aave/core/accounts\">"));
    CHECK(has(page, "/aave/&lt;core&gt;/"));
    CHECK_FALSE(has(page, "<core>"));
}

TEST_CASE("Every answer tells browsers to do nothing with it", "[api]") {
    Bench bench;
    for (const std::string target : {"/", "/metrics", "/v1/status", "/nothing", "/v1/status?x"}) {
        const auto response = bench.get(target);
        CHECK(response.header("X-Content-Type-Options") == "nosniff");
        CHECK(response.header("Cache-Control") == "no-store");
        CHECK(response.header("Content-Security-Policy").starts_with("default-src 'none'"));
    }
}
