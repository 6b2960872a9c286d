// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"
#include "changes.hpp"
#include "graph_routes.hpp"
#include "network_routes.hpp"
#include "outbox_routes.hpp"
#include "queries.hpp"
#include "rule_routes.hpp"
#include "target.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using runtime::Task;

constexpr std::string_view kText = "text/plain; charset=utf-8";

/// What the handlers of one request share. Lives in the frame of Api::handle.
struct Call {
    const ApiOptions& options;
    const std::vector<ChainView*>& chains;
    obs::Metrics& metrics;
    const HttpRequest& request;
    Target target;
};

using Handler = Task<HttpResponse> (*)(Call&);

/// A path; "*" stands for one segment.
struct Route {
    std::string_view pattern;
    Handler handler;
    bool parameters = false;  ///< Whether the handler looks at them.
    bool changes = false;     ///< POST, otherwise GET.
};

Task<std::vector<ChainStatus>> statuses(Call& call) {
    std::vector<ChainStatus> out;
    for (ChainView* chain : call.chains) {
        out.push_back(co_await chain->status());
    }
    co_return out;
}

Task<std::vector<ChainStatus>> statuses_with_markets(Call& call) {
    std::vector<ChainStatus> out = co_await statuses(call);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].markets = co_await call.chains[i]->markets();
    }
    co_return out;
}

Task<HttpResponse> get_index(Call& call) {
    const auto chains = co_await statuses_with_markets(call);
    if (header_of(call.request, "Accept").contains("text/html")) {
        co_return text_answer("text/html; charset=utf-8", index_html(call.options.version, chains));
    }
    co_return text_answer(kText, index_text(call.options.version, chains));
}

Task<HttpResponse> get_metrics(Call& call) {
    co_return text_answer("text/plain; version=0.0.4; charset=utf-8", call.metrics.text());
}

Task<HttpResponse> get_health(Call& /*call*/) {
    co_return json_answer(200, R"({"status":"ok"})");
}

Task<HttpResponse> get_readiness(Call& call) {
    const auto chains = co_await statuses(call);
    const bool ready =
        !chains.empty() && std::ranges::all_of(chains, [&call](const ChainStatus& chain) {
            return unready_reasons(chain, call.options.readiness).empty();
        });
    co_return json_answer(ready ? 200 : 503, readiness_json(chains, call.options.readiness));
}

Task<HttpResponse> get_status(Call& call) {
    const auto chains = co_await statuses_with_markets(call);
    co_return json_answer(200, status_json(chains, call.options.readiness, call.options.version));
}

Task<HttpResponse> get_alerts(Call& call) {
    std::vector<ChainAlerts> chains;
    std::optional<Error> failure;
    for (ChainView* chain : call.chains) {
        auto page = co_await chain->alerts();
        if (!page) {
            failure = page.error();
        }
        chains.push_back(
            {.chain = chain->name(),
             .page = page ? *std::move(page) : AlertsPage{},
             .error = page ? "" : page.error().message()}
        );
    }
    const bool none =
        std::ranges::all_of(chains, [](const ChainAlerts& one) { return !one.error.empty(); });
    co_return failure&& none ? failed_answer(*failure) : json_answer(200, alerts_json(chains));
}

/// The chain of a path "/v1/chains/<chain>/aave/<market>/…".
Result<ChainView*> chain_of(const Call& call) {
    constexpr std::size_t kChainSegment = 2;
    const std::string& name = call.target.path.at(kChainSegment);
    const auto found = std::ranges::find_if(call.chains, [&name](const ChainView* chain) {
        return chain->name() == name;
    });
    if (found == call.chains.end()) {
        return Error(Code::kMissing, "there is no chain " + quoted(name));
    }
    return *found;
}

std::string family_of(const Call& call) {
    constexpr std::size_t kFamilySegment = 3;
    return call.target.path.at(kFamilySegment);
}

std::string market_of(const Call& call) {
    constexpr std::size_t kMarketSegment = 4;
    return call.target.path.at(kMarketSegment);
}

Result<Address> account_of(const Call& call) {
    constexpr std::size_t kAccountSegment = 6;
    const std::string& text = call.target.path.at(kAccountSegment);
    const auto account = Address::from_hex(text);
    if (!account) {
        return Error(Code::kInvalid, "the account is " + quoted(text))
            .advise("It must be an address: 0x and 40 hex digits");
    }
    return *account;
}

Task<HttpResponse> get_accounts(Call& call) {
    const auto chain = chain_of(call);
    if (!chain) {
        co_return failed_answer(chain.error());
    }
    const auto query = accounts_query(call.target);
    if (!query) {
        co_return failed_answer(query.error());
    }
    const auto page = co_await (*chain)->accounts(market_of(call), *query);
    co_return page ? json_answer(200, accounts_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> get_account(Call& call) {
    const auto chain = chain_of(call);
    if (!chain) {
        co_return failed_answer(chain.error());
    }
    const auto account = account_of(call);
    if (!account) {
        co_return failed_answer(account.error());
    }
    const auto page = co_await (*chain)->account(market_of(call), *account);
    co_return page ? json_answer(200, account_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> get_reserves(Call& call) {
    const auto chain = chain_of(call);
    if (!chain) {
        co_return failed_answer(chain.error());
    }
    const auto page = co_await (*chain)->reserves(market_of(call));
    co_return page ? json_answer(200, reserves_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> get_quarantine(Call& call) {
    const auto chain = chain_of(call);
    if (!chain) {
        co_return failed_answer(chain.error());
    }
    const auto page = co_await (*chain)->quarantine(family_of(call), market_of(call));
    co_return page ? json_answer(200, quarantine_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> get_holders(Call& call) {
    const auto chain = chain_of(call);
    if (!chain) {
        co_return failed_answer(chain.error());
    }
    const auto query = holders_query(call.target);
    if (!query) {
        co_return failed_answer(query.error());
    }
    const auto page = co_await (*chain)->holders(family_of(call), market_of(call), *query);
    co_return page ? json_answer(200, holders_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> get_market_sheet(Call& call) {
    const auto chain = chain_of(call);
    if (!chain) {
        co_return failed_answer(chain.error());
    }
    const auto page = co_await (*chain)->market_sheet(family_of(call), market_of(call));
    co_return page ? json_answer(200, sheet_json(*page)) : failed_answer(page.error());
}

Task<HttpResponse> get_account_sheet(Call& call) {
    const auto chain = chain_of(call);
    if (!chain) {
        co_return failed_answer(chain.error());
    }
    const auto account = account_of(call);
    if (!account) {
        co_return failed_answer(account.error());
    }
    const auto page = co_await (*chain)->account_sheet(family_of(call), market_of(call), *account);
    co_return page ? json_answer(200, sheet_json(*page)) : failed_answer(page.error());
}

/// What is asked of chains by a file of its own.
template <Task<HttpResponse> (*Answer)(std::vector<ChainView*> chains, Target target)>
Task<HttpResponse> of_chains(Call& call) {
    return Answer(call.chains, call.target);
}

Task<HttpResponse> change_outbox(Call& call) {
    return outbox_change_answer(
        call.chains, call.target, header_of(call.request, "Accept").contains("text/plain")
    );
}

constexpr std::array kRoutes = {
    Route{.pattern = "/", .handler = get_index, .parameters = false},
    Route{.pattern = "/metrics", .handler = get_metrics, .parameters = false},
    Route{.pattern = "/healthz", .handler = get_health, .parameters = false},
    Route{.pattern = "/readyz", .handler = get_readiness, .parameters = false},
    Route{.pattern = "/v1/status", .handler = get_status, .parameters = false},
    Route{.pattern = "/v1/alerts", .handler = get_alerts, .parameters = false},
    Route{.pattern = "/v1/outbox", .handler = of_chains<outbox_answer>, .parameters = true},
    Route{
        .pattern = "/v1/outbox/retry", .handler = change_outbox, .parameters = true, .changes = true
    },
    Route{
        .pattern = "/v1/outbox/drop", .handler = change_outbox, .parameters = true, .changes = true
    },
    Route{.pattern = "/v1/rules", .handler = of_chains<rules_answer>, .parameters = true},
    Route{.pattern = "/v1/rules/*", .handler = of_chains<rule_answer>, .parameters = true},
    Route{.pattern = "/v1/graph", .handler = of_chains<graph_answer>, .parameters = true},
    Route{.pattern = "/v1/flows", .handler = of_chains<flows_answer>, .parameters = true},
    Route{.pattern = "/v1/network", .handler = of_chains<network_answer>, .parameters = true},
    Route{.pattern = "/v1/network/stress", .handler = of_chains<stress_answer>, .parameters = true},
    Route{
        .pattern = "/v1/exposures/protocol/*",
        .handler = of_chains<protocol_exposure_answer>,
        .parameters = true
    },
    Route{
        .pattern = "/v1/exposures/token/*",
        .handler = of_chains<token_exposure_answer>,
        .parameters = true
    },
    Route{
        .pattern = "/v1/exposures/market/*",
        .handler = of_chains<market_exposure_answer>,
        .parameters = true
    },
    Route{
        .pattern = "/v1/exposures/measure", .handler = of_chains<measure_answer>, .parameters = true
    },
    Route{.pattern = "/v1/paths", .handler = of_chains<paths_answer>, .parameters = true},
    Route{.pattern = "/v1/chains/*/aave/*/accounts", .handler = get_accounts, .parameters = true},
    Route{.pattern = "/v1/chains/*/aave/*/accounts/*", .handler = get_account, .parameters = false},
    Route{.pattern = "/v1/chains/*/aave/*/reserves", .handler = get_reserves, .parameters = false},
    Route{.pattern = "/v1/chains/*/*/*/quarantine", .handler = get_quarantine, .parameters = false},
    // Of any protocol; those above are richer where they match.
    Route{.pattern = "/v1/chains/*/*/*", .handler = get_market_sheet, .parameters = false},
    Route{.pattern = "/v1/chains/*/*/*/accounts", .handler = get_holders, .parameters = true},
    Route{
        .pattern = "/v1/chains/*/*/*/accounts/*", .handler = get_account_sheet, .parameters = false
    },
};

struct Answered {
    std::string_view route;  ///< For the metric; never what the client sent.
    HttpResponse response;
};

Task<Answered> answer(Call& call) {
    Answered out{.route = "none", .response = {}};
    auto changed = co_await changing_answer(call.options, call.request, call.target);
    if (changed) {
        out = {.route = changed->route, .response = std::move(changed->response)};
        co_return out;
    }
    const auto route = std::ranges::find_if(kRoutes, [&call](const Route& candidate) {
        return matches(candidate.pattern, call.target.path);
    });
    if (route == kRoutes.end()) {
        out.response = error_answer(
            404, "not_found", "there is nothing at this path", "GET / lists what there is"
        );
        co_return out;
    }
    out.route = route->pattern;
    if (route->changes) {
        if (auto refused = refused_post(call.options, call.request, false)) {
            out.response = *std::move(refused);
            co_return out;
        }
    } else if (call.request.method != "GET" && call.request.method != "HEAD") {
        out.response =
            error_answer(405, "method_not_allowed", "this path is read-only", "use GET or HEAD");
        out.response.headers.emplace_back("Allow", "GET, HEAD");
        co_return out;
    }
    if (!route->parameters) {
        if (const auto none = only(call.target, {}); !none) {
            out.response = failed_answer(none.error());
            co_return out;
        }
    }
    out.response = co_await route->handler(call);
    co_return out;
}

}  // namespace

Api::Api(ApiOptions options, std::vector<ChainView*> chains, obs::Metrics& metrics)
    : options_(std::move(options)), chains_(std::move(chains)), metrics_(metrics) {}

Task<HttpResponse> Api::handle(HttpRequest request) {
    Answered out{.route = "none", .response = {}};
    auto target = parse_target(request.url.target);
    if (target) {
        Call call{
            .options = options_,
            .chains = chains_,
            .metrics = metrics_,
            .request = request,
            .target = *std::move(target)
        };
        out = co_await answer(call);
    } else {
        out.response = failed_answer(target.error());
    }
    metrics_
        .counter(
            "faultline_http_requests_total",
            "Requests to the API, by route and status.",
            {{"route", std::string(out.route)}, {"status", std::to_string(out.response.status)}}
        )
        .add();
    co_return std::move(out.response);
}

}  // namespace faultline::api
