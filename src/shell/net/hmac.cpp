// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/shell/net/hmac.hpp>

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace faultline::net {

std::string hmac_sha256_hex(std::string_view secret, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const unsigned char* done = HMAC(
        EVP_sha256(),
        secret.data(),
        static_cast<int>(secret.size()),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        digest.data(),
        &size
    );
    FAULTLINE_ASSERT(done != nullptr);
    return to_hex(BytesView(digest.data(), size)).substr(2);
}

}  // namespace faultline::net
