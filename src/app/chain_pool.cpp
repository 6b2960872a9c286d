// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/rpc/pool.hpp>

#include <app/chain_pool.hpp>
#include <app/daemon_config.hpp>
#include <memory>
#include <utility>
#include <vector>

namespace faultline::app {

std::unique_ptr<rpc::Pool> open_pool(
    const ChainConfig& chain, const Shared& shared, rpc::RequestObserver& observer
) {
    std::vector<rpc::PoolEndpoint> endpoints;
    const auto proven = rpc::make_proven_headers();
    for (rpc::EndpointOptions options : chain.endpoints) {
        options.verification = chain.verification;
        options.trusts_blooms = chain.trusts_blooms;
        endpoints.push_back(
            {.node = rpc::make_json_rpc_node(
                 options, shared.http, shared.clock, shared.workers, &observer, proven
             ),
             .role = options.role,
             .max_requests_per_second = static_cast<double>(options.max_requests_per_second)}
        );
    }
    rpc::PoolOptions options;
    options.chain_name = chain.follow.chain_name;
    options.chain_id = chain.follow.chain_id;
    options.quorum = chain.quorum;
    return rpc::make_pool(
        std::move(options), std::move(endpoints), {shared.clock, shared.log, shared.metrics}
    );
}

}  // namespace faultline::app
