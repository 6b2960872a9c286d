// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/base64.hpp>

#include <catch2/catch.hpp>

namespace faultline {

TEST_CASE("base64 is as RFC 4648 shows it") {
    CHECK(base64("").empty());
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64("\xff\xfe\xfd") == "//79");
}

}  // namespace faultline
