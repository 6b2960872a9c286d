// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <catch2/catch.hpp>

#include <shell/rpc/scrub.hpp>
#include <string>

namespace faultline::rpc {

TEST_CASE("a key that a node repeats is hidden", "[rpc]") {
    EndpointOptions endpoint;
    endpoint.http = net::Url{
        .scheme = "https",
        .user_info = "somebody:hunter2hunter2",
        .host = "node.example",
        .port = 443,
        .target = "/v3/0123456789abcdef?token=s3cr3t-t0ken"
    };
    const auto scrubbed = [&](const std::string& text) {
        return scrub(text, endpoint);
    };
    CHECK(
        scrubbed("project 0123456789abcdef is over its limit") ==
        "project (hidden) is over its limit"
    );
    CHECK(scrubbed("bad token s3cr3t-t0ken, s3cr3t-t0ken") == "bad token (hidden), (hidden)");
    CHECK(scrubbed("POST /v3/0123456789abcdef?token=s3cr3t-t0ken") == "POST (hidden)");
    CHECK(scrubbed("user hunter2hunter2") == "user (hidden)");
    CHECK(scrubbed("v3 is not served") == "v3 is not served");
    // Cut off, in another case, and as the header carries it.
    CHECK(scrubbed("not found: /v3/0123456789...") == "not found: (hidden)...");
    CHECK(scrubbed("key 0123456789ABCDEF") == "key (hidden)");
    CHECK(scrubbed("Basic c29tZWJvZHk6aHVudGVyMmh1bnRlcjI=") == "Basic (hidden)");
    // Without its beginning, as logs that shorten do.
    CHECK(scrubbed("key ...6789abcdef") == "key ...(hidden)");
    // As a server decodes them, and too short to be looked for inside of words.
    endpoint.http.user_info = "somebody:pa%24%24w%40rd%21";
    CHECK(scrubbed("no user somebody:pa$$w@rd!") == "no user (hidden)");
    CHECK(scrubbed("wrong password pa$$w@rd!") == "wrong password (hidden)");
    endpoint.http.user_info = "me:q9x";
    endpoint.http.target = "/v3/0123456789abcdef?chain=7&token=k%2B3y";
    CHECK(
        scrubbed("password 'q9x', token k+3y, q9xyz") ==
        "password '(hidden)', token (hidden), q9xyz"
    );
    CHECK(scrubbed("block 7 of me") == "block 7 of me");
    // The key of the other URL: one account often has one for both.
    endpoint.ws = net::Url{
        .scheme = "wss",
        .user_info = "",
        .host = "node.example",
        .port = 443,
        .target = "/ws/fedcba9876543210"
    };
    CHECK(scrubbed("project fedcba9876543210 is unknown") == "project (hidden) is unknown");
    endpoint.http = {.scheme = "http", .user_info = "", .host = "a", .port = 1, .target = "/"};
    CHECK(scrubbed("nothing to hide") == "nothing to hide");
}

}  // namespace faultline::rpc
