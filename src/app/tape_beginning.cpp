// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/store/store.hpp>

#include <app/configured_protocol.hpp>
#include <app/tape_beginning.hpp>
#include <app/tape_deployment.hpp>
#include <cstddef>
#include <map>
#include <vector>

namespace faultline::app {
namespace {

using Told = std::map<eth::Read, const eth::ReadAnswer*>;

Result<void> read_all(
    protocol::MarketReading& reading, const Told& told, const TapeBeginning& beginning
) {
    // Ends: each round is another stage.
    while (!reading.calls().empty()) {
        std::vector<eth::ReadAnswer> answers;
        for (const eth::Read& read : reading.calls()) {
            const auto found = told.find(read);
            answers.push_back(found == told.end() ? beginning.answer(read) : *found->second);
        }
        FAULTLINE_TRY_VOID(reading.take(answers));
    }
    return {};
}

}  // namespace

Result<void> begin_at(
    const TapeDeployment& deployment, const rpc::RecordedBlock& first, store::Store& store
) {
    Told told;
    for (const rpc::RecordedView& truth : first.truth) {
        told.emplace(truth.answer.read, &truth.answer);
    }
    ledger::Ledger ledger;
    protocol::Protocols protocols(ledger, deployment.deployments);
    for (const auto& [place, beginning] : deployment.beginnings) {
        protocol::Protocol& protocol = *protocols.all()[place];
        for (std::size_t i = 0; i < protocol.markets().size(); ++i) {
            const auto reading = protocol.read_market(
                {.market = static_cast<protocol::MarketId>(protocol.first_market() + i),
                 .block = first.header.ref,
                 .timestamp = first.header.timestamp,
                 .holders = beginning.holders,
                 .holders_known = 0}
            );
            FAULTLINE_TRY_VOID(read_all(*reading, told, beginning));
        }
    }
    store::Batch batch;
    engine::put_rows(batch, ledger.seal());
    engine::BootstrapMark mark;
    mark.block = first.header.ref;
    mark.timestamp = first.header.timestamp;
    FAULTLINE_TRY_VOID(engine::adopt(store, batch, mark));
    return store.commit(batch, store::Durability::kSynced);
}

}  // namespace faultline::app
