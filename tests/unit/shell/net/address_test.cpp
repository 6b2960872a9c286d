// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/address.hpp>
#include <faultline/shell/net/clients.hpp>
#include <faultline/shell/net/hmac.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <unit/shell/net/peers.hpp>

using namespace faultline;
using namespace faultline::net;
using namespace faultline::net::testing;

TEST_CASE("Addresses that only some network reaches are known", "[address]") {
    for (const std::string host :
         {"127.0.0.1",
          "127.255.255.254",
          "10.0.0.1",
          "172.16.0.1",
          "172.31.255.255",
          "192.168.1.1",
          "169.254.169.254",
          "100.64.0.1",
          "100.127.255.255",
          "0.0.0.0",
          "192.0.0.192",
          "198.18.0.1",
          "198.19.255.255",
          "224.0.0.1",
          "240.0.0.1",
          "255.255.255.255",
          "::1",
          "::",
          "fe80::1",
          "fc00::1",
          "fdff::1",
          "fec0::1",
          "ff02::1",
          "::ffff:127.0.0.1",
          "::ffff:10.0.0.1",
          "64:ff9b::169.254.169.254",
          "2002:7f00:1::",
          "2002:a9fe:a9fe::1",
          "::127.0.0.1",
          "2001::1",
          "2001:db8::1",
          "100::1",
          "fd00:ec2::254",
          "localhost",
          "a.localhost"}) {
        CAPTURE(host);
        CHECK(non_public_host(host).has_value());
    }
}

TEST_CASE("Addresses of the internet are not refused", "[address]") {
    for (const std::string host :
         {"1.1.1.1",
          "8.8.8.8",
          "172.15.255.255",
          "172.32.0.1",
          "169.253.0.1",
          "100.63.255.255",
          "100.128.0.1",
          "198.17.0.1",
          "198.20.0.1",
          "223.255.255.255",
          "2606:4700::1111",
          "2a00:1450:4001:81b::200e",
          "64:ff9b::8.8.8.8",
          "::ffff:8.8.8.8",
          "2002:808:808::1",
          "example.com",
          "discord.com"}) {
        CAPTURE(host);
        CHECK_FALSE(non_public_host(host).has_value());
    }
}

TEST_CASE("A request that must stay public does not reach this machine", "[address]") {
    for (const std::string host : {"127.0.0.1", "localhost", "127.1", "2130706433"}) {
        runtime::Loop loop;
        auto acceptor = loopback(loop);
        HttpRequest request = get(url_to(acceptor, "http", "/SECRET"));
        request.url.host = host;
        request.public_only = true;
        const auto client = make_http_client(loop.clock(), {});
        Answers answers;
        loop.run(ask(*client, {request}, answers));
        REQUIRE(answers.size() == 1);
        REQUIRE_FALSE(answers[0].has_value());
        CHECK(answers[0].error().code() == Code::kInvalid);
        CHECK(answers[0].error().message().find("loopback") != std::string::npos);
        CHECK(answers[0].error().message().find("allow_private") != std::string::npos);
        CHECK(answers[0].error().message().find("SECRET") == std::string::npos);
    }
}

TEST_CASE("HMAC-SHA256 is that of RFC 4231", "[hmac]") {
    CHECK(
        hmac_sha256_hex(std::string(20, 0x0b), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    CHECK(
        hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}
