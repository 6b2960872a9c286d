// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/schema.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::store {
namespace {

constexpr std::string_view kVersionKey = "schema.version";
constexpr std::string_view kChainKey = "schema.chain_id";
constexpr std::string_view kFingerprintKey = "schema.fingerprint";

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

Result<std::optional<std::string>> text_at(const Store& store, std::string_view key) {
    FAULTLINE_TRY(const std::optional<Bytes> value, store.get(Family::kMeta, bytes_of(key)));
    if (!value) {
        return std::optional<std::string>();
    }
    return std::optional<std::string>(std::string(value->begin(), value->end()));
}

Result<bool> is_empty(const Store& store) {
    bool empty = true;
    for (std::size_t i = 0; i < kFamilyCount && empty; ++i) {
        FAULTLINE_TRY_VOID(store.scan(static_cast<Family>(i), {}, [&](BytesView, BytesView) {
            empty = false;
            return false;
        }));
    }
    return empty;
}

Result<void> expect_equal(
    const Store& store, std::string_view key, std::string_view what, const std::string& wanted
) {
    FAULTLINE_TRY(const std::optional<std::string> found, text_at(store, key));
    if (found == wanted) {
        return {};
    }
    return Error(
               Code::kInvalid,
               "the database was made for " + std::string(what) + " " + found.value_or("(none)") +
                   ", but the configuration names " + wanted
    )
        .advise(
            "Point the configuration at the data folder that belongs to it; or, if the "
            "configuration "
            "is right, `faultline resync` moves this one aside to start anew"
        );
}

}  // namespace

Result<void> check_schema(Store& store, const SchemaIdentity& identity) {
    const std::string version = std::to_string(kSchemaVersion);
    const std::string chain = std::to_string(identity.chain_id);
    FAULTLINE_TRY(const std::optional<std::string> found, text_at(store, kVersionKey));
    if (found) {
        if (*found != version) {
            return Error(
                       Code::kInvalid,
                       "the database has schema version " + *found +
                           ", this program reads version " + version
            )
                .advise(
                    "Run the faultline that wrote it, or use an empty data folder and let it "
                    "backfill"
                );
        }
        FAULTLINE_TRY_VOID(expect_equal(store, kChainKey, "chain id", chain));
        return expect_equal(store, kFingerprintKey, "market", identity.fingerprint);
    }
    FAULTLINE_TRY(const bool empty, is_empty(store));
    if (!empty) {
        return Error(Code::kInvalid, "the database holds data but no schema version")
            .advise("It was not written by faultline: use an empty data folder");
    }
    Batch batch;
    batch.put(Family::kMeta, bytes_of(kVersionKey), bytes_of(version));
    batch.put(Family::kMeta, bytes_of(kChainKey), bytes_of(chain));
    batch.put(Family::kMeta, bytes_of(kFingerprintKey), bytes_of(identity.fingerprint));
    return store.commit(batch, Durability::kSynced);
}

}  // namespace faultline::store
