// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace faultline::net::testing {

/// A self-signed certificate made for this test run, and its key.
struct Certificate {
    std::string certificate_pem;
    std::string key_pem;

    /// For `alt_names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1". Valid from yesterday
    /// for `days` days.
    static Certificate make(const std::string& alt_names, int days = 30);

    /// A file that holds it, as a `ca_file`; removed with the test's folder.
    [[nodiscard]] std::string file() const;
};

}  // namespace faultline::net::testing
