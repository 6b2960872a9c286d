// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/chain_model.hpp"
#include "sim/node_answers.hpp"
#include "sim/node_view.hpp"
#include "sim/options.hpp"
#include "sim/sim_http.hpp"

#include <faultline/shell/runtime/random.hpp>

namespace faultline::sim {

/// The JSON-RPC endpoint, with the faults of real ones (peers: providers' error catalogues):
///  - refused:        the connection fails before or after the request was served;
///  - rate_limited:   HTTP 429, with Retry-After in seconds or without;
///  - server_error:   HTTP 502 or 503 with a page that is not JSON;
///  - error_envelope: HTTP 200 carrying one JSON-RPC error for the whole batch, or one per request;
///  - null_block:     null for a block, or an error where logs or state were asked for, although it
///                    was announced: the backend that answers has not got it yet;
///  - truncated:      JSON that ends in the middle;
///  - slow:           an answer that takes longer than the client waits;
///  - stale_backend:  one request is answered by a backend that is some blocks behind;
///  - lag:            NodeView::freeze(): an old head and old blocks, for a while.
/// What must survive: everything. The daemon may only be late.
///  - forgets:        as null_block, on one of several endpoints and much more often;
///  - lies:           no logs for every second pinned block whose header is right, on one of three
///                    endpoints while two have to agree.
/// Never done: such a lie where nobody else is asked, nor about ranges of history.
class SimNode final : public SimHost {
  public:
    /// `last`: the endpoint that may lie and forget.
    SimNode(const ChainModel& chain, const SimOptions& options, std::uint64_t seed, bool last)
        : options_(options),
          view_(chain),
          answers_(view_, options_),
          random_(seed),
          lies_(last && options.liar),
          forgets_(last && options.endpoints > 1 ? options.forgets : 0) {}

    Reply handle(const net::HttpRequest& request) override;

    void faults(bool on) { faults_ = on; }

    NodeView& view() { return view_; }

  private:
    bool happens(double rate) { return faults_ && random_.chance(rate); }

    std::string answer_all(const Json& document);
    std::string answer(const Json& request);
    [[nodiscard]] bool lies_about(const Json& request) const;
    std::string not_here(const Json& request);
    Reply refusal(const Json& request);

    const SimOptions& options_;
    NodeView view_;
    NodeAnswers answers_;
    runtime::Random random_;
    bool faults_ = true;
    bool lies_;
    double forgets_;
};

}  // namespace faultline::sim
