// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <faultline/shell/net/hmac.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <map>
#include <shell/delivery/dialect.hpp>
#include <shell/delivery/keys.hpp>
#include <shell/delivery/webhook.hpp>
#include <shell/delivery/wording.hpp>
#include <string>
#include <variant>

using namespace faultline;
using namespace faultline::delivery;
using alerts::Kind;

namespace {

alerts::Transition example() {
    alerts::Transition out;
    out.fingerprint = "a1b2c3d4e5f60718";
    out.episode = "100-0a0b0c0d";
    out.kind = Kind::kFiring;
    out.block.number = 101;
    out.block.hash = Hash32::from_hex("0xdeadbeef" + std::string(56, '0')).value();
    out.block_timestamp_s = 1'700'000'012;
    out.severity = rules::Severity::kCritical;
    out.rule = "low \"health\"";
    out.summary = "health factor 0.99 is below 1.05";
    out.labels = {{"market", "core"}, {"account", "0x01"}};
    out.figures = {{"health_factor_wad", "990000000000000000"}};
    out.evidence.endpoints = {"node-a", "node-b"};
    out.evidence.finality = eth::Finality::kSafe;
    out.evidence.checks = {"header_hash", "bloom"};
    out.evidence.doubt = "the logs are not in the bloom";
    return out;
}

/// The first ```json block of a page, without white space between its tokens.
std::string json_block_of(const std::string& page) {
    std::ifstream file(std::string(FAULTLINE_SOURCE_DIR) + "/" + page);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::string open = "```json\n";
    const std::size_t begin = text.find(open) + open.size();
    std::string out;
    bool quoted = false;
    for (const char c : text.substr(begin, text.find("```", begin) - begin)) {
        quoted = quoted != (c == '"');
        if (quoted || (c != ' ' && c != '\n')) {
            out += c;
        }
    }
    return out;
}

std::map<std::string, std::string> headers_of(const net::HttpRequest& request) {
    return {request.headers.begin(), request.headers.end()};
}

}  // namespace

TEST_CASE("The body is the one docs/webhook.md shows", "[webhook]") {
    const std::string address = "0x" + std::string(38, '0') + "aa";
    alerts::Transition shown;
    shown.fingerprint = "a1b2c3d4e5f60718";
    shown.episode = "18500000-0a0b0c0d";
    shown.kind = Kind::kFiring;
    shown.block.number = 18'500'002;
    shown.block.hash = Hash32::from_hex("0xdeadbeef" + std::string(56, '0')).value();
    shown.block_timestamp_s = 1'698'969'600;
    shown.severity = rules::Severity::kCritical;
    shown.rule = "near-liquidation";
    shown.summary = address + ": health factor 1.0173 is below 1.0500 (debt 1234.56 USD)";
    shown.labels = {
        {"account", address}, {"chain", "ethereum"}, {"market", "core"}, {"protocol", "aave_v3"}
    };
    // The names are those of engine::Fold's observation.
    shown.figures = {
        {"below_wad", "1050000000000000000"},
        {"health_factor_wad", "1017300000000000000"},
        {"resolve_at_wad", "1080000000000000000"},
        {"total_collateral_base", "151319860481"},
        {"total_debt_base", "123456000000"},
    };
    shown.evidence.endpoints = {"node-a"};
    shown.evidence.finality = eth::Finality::kLatest;
    shown.evidence.checks = {"header_hash", "bloom"};
    shown.evidence.doubt.clear();
    const LinkBases links{
        .external_url = "https://faultline.example", .explorer = "https://etherscan.io"
    };
    CHECK(webhook_body(shown, "ethereum", links) == json_block_of("docs/webhook.md"));
}

TEST_CASE("The schema that is published has every field of the body", "[webhook]") {
    std::ifstream file(std::string(FAULTLINE_SOURCE_DIR) + "/docs/webhook.schema.json");
    const std::string schema((std::istreambuf_iterator<char>(file)), {});
    alerts::Transition transition = example();
    transition.wait_for = eth::Finality::kSafe;
    transition.contributors = {{.is = "path", .path = {"a", "b"}, .unit = "USD", .value = "1"}};
    transition.price_ages = {
        {.protocol = "aave_v3", .market = "core", .of = "token:0x", .unchanged_s = 9}
    };
    for (const Kind kind : {Kind::kFiring, Kind::kResolved, Kind::kRetracted}) {
        transition.kind = kind;
        const std::string body = webhook_body(transition, "mainnet");
        // Names of labels and figures are anybody's.
        for (std::size_t at = body.find("\":"); at != std::string::npos;
             at = body.find("\":", at + 1)) {
            const std::size_t begin = body.rfind('"', at - 1) + 1;
            const std::string name = body.substr(begin, at - begin);
            if (!transition.labels.contains(name) && !transition.figures.contains(name)) {
                CAPTURE(name);
                CHECK(schema.find("\"" + name + "\": {") != std::string::npos);
            }
        }
    }
}

TEST_CASE("Text from outside is escaped in the body", "[webhook]") {
    CHECK(
        webhook_body(example(), "mainnet") ==
        R"({"version":1,"key":"a1b2c3d4e5f60718/100-0a0b0c0d/firing@101-deadbeef",)"
        R"("fingerprint":"a1b2c3d4e5f60718","episode":"100-0a0b0c0d","transition":"firing",)"
        R"("severity":"critical","rule":"low \"health\"",)"
        R"("summary":"health factor 0.99 is below 1.05","chain":"mainnet",)"
        R"("block":{"number":101,"hash":"0xdeadbeef)" +
            std::string(56, '0') +
            R"(","timestamp":1700000012},"labels":{"account":"0x01","market":"core"},)"
            R"("figures":{"health_factor_wad":"990000000000000000"},)"
            R"("evidence":{"endpoints":["node-a","node-b"],"finality":"safe",)"
            R"("checks":["header_hash","bloom"],"doubt":"the logs are not in the bloom"}})"
    );
}

TEST_CASE("A retraction says what it takes back, a resolve what it ends", "[webhook]") {
    alerts::Transition transition = example();
    transition.kind = Kind::kRetracted;
    transition.retracts = Kind::kResolved;
    CHECK(
        webhook_body(transition, "x").find(R"("transition":"retracted","retracts":"resolved",)") !=
        std::string::npos
    );
    transition.kind = Kind::kResolved;
    transition.retracts = Kind::kPending;
    CHECK(
        webhook_body(transition, "x").find(R"("transition":"resolved","resolves":"pending",)") !=
        std::string::npos
    );
}

namespace {

net::HttpRequest request_of(const Receiver& receiver, const std::string& version = "1.2.3") {
    return make_dialect(receiver)->request(
        {.transition = example(),
         .chain_name = "mainnet",
         .version = version,
         .now = UnixMillis{1'700'000'013'250},
         .style = Style::kRich}
    );
}

WebhookSettings& settings_of(Receiver& receiver) {
    return std::get<WebhookSettings>(receiver.settings);
}

}  // namespace

TEST_CASE("A request carries key, type and agent", "[webhook]") {
    Receiver receiver = testing::receiver("a");
    const auto request = request_of(receiver);
    const auto headers = headers_of(request);
    CHECK(request.method == "POST");
    CHECK(request.url == settings_of(receiver).url);
    CHECK(headers.at("Content-Type") == "application/json");
    CHECK(headers.at("User-Agent") == "faultline/1.2.3");
    CHECK(headers.at("Idempotency-Key") == example().key());
    CHECK(headers.at("Authorization") == "Bearer secret-value");
    CHECK(request.headers.size() == 4);
}

TEST_CASE("A receiver's own headers replace ours, but never the key", "[webhook]") {
    Receiver receiver = testing::receiver("a");
    settings_of(receiver).headers = {
        {"content-type", "application/vnd.faultline+json"}, {"IDEMPOTENCY-KEY", "mine"}
    };
    const auto headers = headers_of(request_of(receiver, "1"));
    CHECK(headers.size() == 3);
    CHECK(headers.at("content-type") == "application/vnd.faultline+json");
    CHECK(headers.at("Idempotency-Key") == example().key());
}

TEST_CASE("Each secret signs time and body", "[webhook]") {
    Receiver receiver = testing::receiver("a");
    settings_of(receiver).signing_secrets = {"new-secret-new-secret", "old-secret-old-secret"};
    const auto request = request_of(receiver);
    const std::string signed_text = "1700000013." + request.body;
    CHECK(
        headers_of(request).at("Faultline-Signature") ==
        "t=1700000013,v1=" + net::hmac_sha256_hex("new-secret-new-secret", signed_text) +
            ",v1=" + net::hmac_sha256_hex("old-secret-old-secret", signed_text)
    );
    CHECK(request.body == webhook_body(example(), "mainnet"));
}

TEST_CASE("OpenZeppelin Monitor's receivers get a title, a body and its signature", "[webhook]") {
    Receiver receiver = testing::receiver("a");
    settings_of(receiver).body = WebhookBody::kOpenZeppelin;
    settings_of(receiver).signing_secrets = {"a-secret-of-theirs"};
    const auto request = request_of(receiver);
    CHECK(request.body.starts_with(
        R"x({"title":"FIRING critical: low \"health\" (mainnet)","body":"health factor 0.99)x"
    ));
    const auto headers = headers_of(request);
    CHECK(headers.at("X-Timestamp") == "1700000013250");
    CHECK(
        headers.at("X-Signature") ==
        net::hmac_sha256_hex("a-secret-of-theirs", request.body + "1700000013250")
    );
    CHECK(headers.at("Idempotency-Key") == example().key());
}

TEST_CASE("What is about a pending alert is told apart", "[webhook]") {
    alerts::Transition transition = example();
    for (const Kind kind : {Kind::kPending, Kind::kFiring, Kind::kResolved, Kind::kRetracted}) {
        for (const Kind retracts : {Kind::kPending, Kind::kFiring, Kind::kResolved}) {
            transition.kind = kind;
            transition.retracts = retracts;
            const bool expected =
                kind == Kind::kPending || (kind != Kind::kFiring && retracts == Kind::kPending);
            CHECK(is_about_pending(transition) == expected);
        }
    }
}

TEST_CASE("Notes are found again whatever a receiver is called", "[webhook]") {
    using keys::Note;
    for (const std::string name : {"a", "", "a/done/b", "/tried/", "ops team", "x/done/12345678"}) {
        for (const Note note : {Note::kDone, Note::kTried, Note::kSent, Note::kStands}) {
            const Bytes key =
                keys::note({.receiver = name, .note = note, .sequence = 0x2f646f6e65});
            const auto back = keys::note_of(key);
            REQUIRE(back.has_value());
            CHECK(back->receiver == name);
            CHECK(back->note == note);
            CHECK(back->sequence == 0x2f646f6e65);
        }
    }
    for (const std::string other : {"", "delivery/", "delivery/a", "engine/done/12345678"}) {
        CHECK_FALSE(keys::note_of(Bytes(other.begin(), other.end())).has_value());
    }
}
