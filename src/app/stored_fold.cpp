// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <app/stored_fold.hpp>

namespace faultline::app {

Result<void> load_stored(const store::Store& store, engine::Fold& fold) {
    Result<void> wrong;
    const auto visit = [&](BytesView key, BytesView value) {
        const auto table =
            ledger::decode<ledger::TableId>(key.first(std::min(key.size(), sizeof(ledger::TableId)))
            );
        wrong = table ? fold.load(*table, key.subspan(sizeof(ledger::TableId)), value)
                      : Result<void>(Error(table.error()));
        return wrong.has_value();
    };
    FAULTLINE_TRY_VOID(store.scan(store::Family::kRows, {}, visit));
    return wrong;
}

}  // namespace faultline::app
