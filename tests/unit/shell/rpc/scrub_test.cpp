// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/net/url.hpp>

#include <catch2/catch.hpp>

#include <shell/rpc/scrub.hpp>
#include <string>

namespace faultline::rpc {

TEST_CASE("a key that a node repeats is hidden", "[rpc]") {
    const net::Url url{
        .scheme = "https",
        .user_info = "somebody:hunter2hunter2",
        .host = "node.example",
        .port = 443,
        .target = "/v3/0123456789abcdef?token=s3cr3t-t0ken"
    };
    const auto scrubbed = [&](const std::string& text) {
        return scrub(text, url);
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
    CHECK(
        scrub(
            "nothing to hide",
            net::Url{.scheme = "http", .user_info = "", .host = "a", .port = 1, .target = "/"}
        ) == "nothing to hide"
    );
}

}  // namespace faultline::rpc
