// SPDX-License-Identifier: Apache-2.0
#include "pool_metrics.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <string>

namespace faultline::rpc {
namespace {

obs::Labels labels(const std::string& chain, const std::string& provider) {
    return {{"chain", chain}, {"provider", provider}};
}

obs::Counter& hedges(obs::Metrics& metrics, obs::Labels where, const char* result) {
    where.emplace("result", result);
    return metrics.counter(
        "faultline_rpc_hedges_total",
        "Second requests sent because another endpoint was slower than usual, by whether their "
        "answer was used",
        where
    );
}

}  // namespace

EndpointMetrics::EndpointMetrics(
    obs::Metrics& metrics, const std::string& chain, const std::string& provider
)
    : lag_blocks(metrics.gauge(
          "faultline_rpc_provider_lag_blocks",
          "Blocks behind the best known head, when the endpoint last told its head",
          labels(chain, provider)
      )),
      breaker_state(metrics.gauge(
          "faultline_rpc_breaker_state",
          "0 asked as any other, 1 about to be tried again, 2 left alone after failures, 3 "
          "quarantined for contradicting others, 4 of another chain",
          labels(chain, provider)
      )),
      budget(metrics.gauge(
          "faultline_rpc_budget_calls_per_second",
          "JSON-RPC calls the endpoint is asked for at most; 0 while no limit is known",
          labels(chain, provider)
      )),
      hedges_won(hedges(metrics, labels(chain, provider), "used")),
      hedges_lost(hedges(metrics, labels(chain, provider), "unused")),
      quarantines(metrics.counter(
          "faultline_rpc_quarantines_total",
          "Times the endpoint was left out because it contradicted the others",
          labels(chain, provider)
      )),
      metrics_(metrics),
      chain_(chain),
      provider_(provider) {
    for (const Code code :
         {Code::kTransient, Code::kRateLimited, Code::kMissing, Code::kRejected, Code::kMalformed
         }) {
        static_cast<void>(failures(code));
    }
}

obs::Counter& EndpointMetrics::failures(Code code) const {
    obs::Labels where = labels(chain_, provider_);
    where.emplace("code", code_name(code));
    return metrics_.counter(
        "faultline_rpc_endpoint_failures_total",
        "Questions the endpoint did not answer, by why; the next one was asked if there is one",
        where
    );
}

obs::Counter& quorum_counter(obs::Metrics& metrics, const std::string& chain, QuorumResult result) {
    const char* name = "agreed";
    switch (result) {
        case QuorumResult::kAgreed:
            break;
        case QuorumResult::kMajority:
            name = "majority";
            break;
        case QuorumResult::kDisputed:
            name = "disputed";
            break;
        case QuorumResult::kShort:
            name = "short";
            break;
    }
    return metrics.counter(
        "faultline_rpc_quorum_total",
        "Answers that several endpoints had to agree on, by how it came out",
        {{"chain", chain}, {"result", name}}
    );
}

}  // namespace faultline::rpc
