// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/labelled.hpp>
#include <faultline/core/network/iso_week.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <app/as_of_check.hpp>
#include <app/chain_service.hpp>
#include <app/chain_view.hpp>
#include <utility>

namespace faultline::app {

runtime::Task<Result<api::GraphPage>> EngineView::graph(api::GraphQuery query) {
    FAULTLINE_CO_TRY_VOID(co_await settled());
    const engine::Engine& engine = service_.engine();
    if (const auto newest = engine.fold().graph().as_of(); newest && query.as_of) {
        FAULTLINE_CO_TRY_VOID(has_come(*query.as_of, *newest, clock_.wall_now()));
    }
    api::GraphPage page;
    page.halted = engine.progress().halted;
    FAULTLINE_CO_TRY(page.kept, service_.graphs().get(engine, query.as_of));
    if (page.kept == nullptr) {
        co_return Error(Code::kMissing, "there is no exposure graph of " + name() + " yet")
            .advise("It begins with the first live block: /v1/status shows how far the chain is");
    }
    page.block =
        api::ProcessedBlock{.ref = page.graph().block, .timestamp = page.graph().timestamp};
    co_return page;
}

runtime::Task<Result<api::FlowPage>> EngineView::flows(api::FlowQuery query) {
    const api::GraphQuery until{.as_of = query.as_of};
    FAULTLINE_CO_TRY(const api::GraphPage end, co_await graph(until));
    const UnixSeconds monday = network::week_begin(end.graph().timestamp);
    const api::GraphQuery since{.as_of = query.since.value_or(monday)};
    auto begin = co_await graph(since);
    const api::GraphQuery oldest{.as_of = service_.engine().oldest_graph()};
    if (!begin && !query.since && oldest.as_of) {
        begin = co_await graph(oldest);  // The week is not all kept yet.
    }
    if (!begin) {
        co_return std::move(begin).error().context("where the flows begin");
    }
    if (begin->graph().block.number > end.graph().block.number) {
        co_return Error(
            Code::kInvalid,
            "since is block " + begin->graph().block.text() + ", which is after as_of, block " +
                end.graph().block.text()
        )
            .advise("Give a since that is before as_of");
    }
    api::FlowPage page;
    page.block = end.block;
    page.since = begin->block;
    page.halted = end.halted;
    page.chain = name();
    FAULTLINE_CO_TRY(network::Flows flows, network::flows_between(begin->graph(), end.graph()));
    page.flows = std::move(flows.week);
    page.unvalued = std::move(flows.unvalued);
    co_return page;
}

}  // namespace faultline::app
