// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/shell/delivery/trial.hpp>
#include <faultline/shell/net/hmac.hpp>

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <shell/delivery/trigger.hpp>
#include <string>
#include <variant>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using alerts::Kind;
using store::Family;

namespace {

Receiver trigger(const std::string& name) {
    TriggerSettings settings;
    settings.url = net::Url::parse("https://" + name + ".test/hook").value();
    settings.signing_secrets = {"sixteen-letters-1", "sixteen-letters-0"};
    settings.rules = {"cap_full"};
    settings.call = TriggerCall{
        .chain_id = 1,
        .to = Address::from_hex("0x00000000000000000000000000000000000000bb").value(),
        .call = CallTemplate::parse(
                    "setCap(address,uint256,bytes32)", {"{to}", "{limit:6}", "{key_hash}"}
        )
                    .value()
    };
    Receiver out;
    out.name = name;
    out.settings = std::move(settings);
    return out;
}

alerts::Transition exposure(Kind kind = Kind::kFiring) {
    auto out = transition("a1", 7, kind);
    out.rule = "circle_limit";
    out.summary = "exposure 1500.5 is above 1000";
    out.labels = {
        {"chain", "devnet"},
        {"from", "protocol:aave_v3"},
        {"to", "token:0x00000000000000000000000000000000000000aa"},
        {"of", "protocol"},
        {"on", "token"},
        {"measure", "usd"},
        {"through", "look_through"}
    };
    out.figures = {{"figure", "1500.5"}, {"threshold", "1000"}, {"resolve_at", "1000"}};
    return out;
}

const TriggerSettings& settings_of(const Receiver& receiver) {
    return std::get<TriggerSettings>(receiver.settings);
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A trigger gets alerts about exposures and of the rules that it names", "[trigger]") {
    Bench bench({trigger("a"), receiver("b")});
    bench.start();
    auto cap = transition("c1", 6);
    cap.rule = "cap_full";
    bench.add(exposure());
    bench.add(transition("f1", 5));
    bench.add(cap);
    bench.pass(1s);
    CHECK(bench.client.keys("a.test") == std::vector{exposure().key(), cap.key()});
    CHECK(bench.client.keys("b.test").size() == 3);
    CHECK(bench.deliveries("a", "skipped") == 1);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("A trigger carries limit, figure, path and calldata", "[trigger]") {
    const Receiver receiver = trigger("a");
    const std::string body = trigger_body(exposure(), "devnet", settings_of(receiver));
    CHECK(body.starts_with(R"({"version":1,"kind":"trigger","key":"a1/)"));
    CHECK(holds(body, R"("figure":"1500.5","limit":"1000","resolve_at":"1000")"));
    CHECK(holds(
        body,
        R"("path":["protocol:aave_v3","token:0x00000000000000000000000000000000000000aa"],)"
        R"("measure":"usd","through":"look_through")"
    ));
    const std::string hash = call_values(exposure()).at("key_hash");
    CHECK(holds(
        body,
        R"~("call":{"chain_id":1,"to":"0x00000000000000000000000000000000000000bb",)~"
        R"~("function":"setCap(address,uint256,bytes32)","data":"0x)~"
    ));
    CHECK(holds(
        body,
        "00000000000000000000000000000000000000000000000000000000000000aa"
        "000000000000000000000000000000000000000000000000000000003b9aca00" +
            hash.substr(2) + "\"}"
    ));
    // What ends is told without a call: whether that is to be undone is not ours to say.
    CHECK_FALSE(
        holds(trigger_body(exposure(Kind::kResolved), "devnet", settings_of(receiver)), "call")
    );
}

TEST_CASE("a trigger's path is the way that most of the exposure takes", "[trigger]") {
    auto what = exposure();
    const std::string ends = trigger_body(what, "devnet", settings_of(trigger("a")));
    CHECK(ends.find(R"("path":["protocol:)") != std::string::npos);
    what.contributors = {
        {.is = "path", .path = {"a", "b", "c"}, .unit = "USD", .value = "7.5"},
        {.is = "path", .path = {"a", "d", "c"}, .unit = "USD", .value = "2.5"}
    };
    const std::string whole = trigger_body(what, "devnet", settings_of(trigger("a")));
    CHECK(whole.find(R"("path":["a","b","c"],"measure":)") != std::string::npos);
    CHECK(
        whole.find(
            R"("contributors":[{"is":"path","path":["a","b","c"],"value":"7.5","unit":"USD"},{)"
        ) != std::string::npos
    );
}

TEST_CASE("Where a call cannot be made the trigger says why, and is sent", "[trigger]") {
    auto odd = exposure();
    odd.figures["threshold"] = "1000.0000001";
    const std::string body = trigger_body(odd, "devnet", settings_of(trigger("a")));
    CHECK(holds(body, R"("error":"argument 2: 1000.0000001 has more than 6 decimals)"));
    CHECK_FALSE(holds(body, "\"data\""));
    auto without = transition("c1", 6);
    CHECK(holds(
        trigger_body(without, "devnet", settings_of(trigger("a"))),
        R"("figure":null,"limit":null,"resolve_at":null,"path":[])"
    ));
}

TEST_CASE("A test of a trigger cannot be taken for one", "[trigger]") {
    const auto test = test_transition(Kind::kFiring, "a", "devnet", {1'700'000'000'000});
    const std::string body = trigger_body(test, "devnet", settings_of(trigger("a")));
    CHECK(holds(body, "\"test\":true"));
    CHECK_FALSE(holds(body, "\"call\""));
    CHECK_FALSE(holds(trigger_body(exposure(), "devnet", settings_of(trigger("a"))), "\"test\""));
}

TEST_CASE("A trigger is signed by both secrets, with its key", "[trigger]") {
    Bench bench({trigger("a")});
    bench.start();
    bench.add(exposure());
    bench.pass(1s);
    REQUIRE(bench.client.accepted.size() == 1);
    const net::HttpRequest& request = bench.client.accepted[0].request;
    const std::map<std::string, std::string> headers(
        request.headers.begin(), request.headers.end()
    );
    const std::string& signature = headers.at("Faultline-Signature");
    const std::string time = signature.substr(2, signature.find(',') - 2);
    const auto signed_by = [&](const std::string& secret) {
        return ",v1=" + net::hmac_sha256_hex(secret, time + "." + request.body);
    };
    CHECK(
        signature == "t=" + time + signed_by("sixteen-letters-1") + signed_by("sixteen-letters-0")
    );
    CHECK(headers.at("Idempotency-Key") == exposure().key());
}

TEST_CASE("The schema of triggers that is published has every field of the body", "[trigger]") {
    std::ifstream file(std::string(FAULTLINE_SOURCE_DIR) + "/docs/trigger.schema.json");
    const std::string schema((std::istreambuf_iterator<char>(file)), {});
    auto shown = exposure();
    shown.wait_for = eth::Finality::kSafe;
    shown.evidence.doubt = "x";
    shown.inputs = {{"threshold", "1"}};
    shown.since_s = 5;
    for (const Kind kind : {Kind::kFiring, Kind::kResolved, Kind::kRetracted}) {
        shown.kind = kind;
        const std::string body = trigger_body(shown, "mainnet", settings_of(trigger("a")));
        for (std::size_t at = body.find("\":"); at != std::string::npos;
             at = body.find("\":", at + 1)) {
            const std::size_t begin = body.rfind('"', at - 1) + 1;
            const std::string name = body.substr(begin, at - begin);
            if (!shown.labels.contains(name) && !shown.figures.contains(name)) {
                CAPTURE(name);
                CHECK(schema.find("\"" + name + "\": {") != std::string::npos);
            }
        }
    }
}

TEST_CASE("Labels cannot pass for what an alert is", "[trigger]") {
    auto forged = exposure();
    forged.labels["limit"] = "1";
    forged.labels["key"] = "x";
    forged.labels["figure"] = "2";
    const CallValues values = call_values(forged);
    CHECK(values.at("limit") == "1000");
    CHECK(values.at("figure") == "1500.5");
    CHECK(values.at("key") == forged.key());
    forged.figures.clear();
    CHECK_FALSE(call_values(forged).contains("limit"));
}
