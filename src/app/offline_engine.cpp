// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <app/offline_engine.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace faultline::app {
namespace {

runtime::Task<> fold(engine::Engine& engine, chain::Source& source, std::optional<Error>& ended) {
    auto result = co_await engine.run(source);
    if (!result) {
        ended = std::move(result).error();
    }
}

}  // namespace

OfflineEngine::OfflineEngine(
    engine::FoldOptions options, obs::Log& log, std::uint64_t undo_window_blocks
)
    : random_(0),
      workers_(runtime::make_inline_workers()),
      committer_(store_, *workers_),
      engine_(std::make_unique<engine::Engine>(
          std::move(options),
          undo_window_blocks,
          engine::EngineParts{store_, committer_, loop_.clock(), random_, log, metrics_}
      )) {}

Error OfflineEngine::run(chain::Source& source) {
    std::optional<Error> ended;
    loop_.run(fold(*engine_, source, ended));
    FAULTLINE_ASSERT(ended.has_value());
    return *std::move(ended);
}

}  // namespace faultline::app
