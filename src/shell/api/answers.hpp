// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/api/api.hpp>
#include <faultline/shell/api/view.hpp>
#include <faultline/shell/net/http.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Views as HTTP answers. Pure; the same view gives the same bytes.
namespace faultline::api {

net::HttpResponse json_answer(int status, std::string body);
net::HttpResponse text_answer(std::string_view content_type, std::string body);

/// {"error":{"code","message","hint"}}
net::HttpResponse error_answer(
    int status, std::string_view code, std::string_view message, std::string_view hint
);

/// The answer to a view's error.
net::HttpResponse failed_answer(const Error& error);

std::string status_json(
    const std::vector<ChainStatus>& chains, const ReadinessLimits& limits, std::string_view version
);
/// {"ready":…,"chains":[{"name","ready","reasons":[…]}]}
std::string readiness_json(const std::vector<ChainStatus>& chains, const ReadinessLimits& limits);

/// A chain and its alerts.
struct ChainAlerts {
    std::string chain;
    AlertsPage page;
    std::string error;  ///< Why the page is empty: others are shown all the same.
};

std::string alerts_json(const std::vector<ChainAlerts>& chains);
std::string accounts_json(const AccountsPage& page);
std::string account_json(const AccountPage& page);
std::string reserves_json(const ReservesPage& page);
std::string quarantine_json(const QuarantinePage& page);
std::string holders_json(const HoldersPage& page);
std::string sheet_json(const SheetPage& page);

/// The list of endpoints, for people.
std::string index_html(std::string_view version, const std::vector<ChainStatus>& chains);
std::string index_text(std::string_view version, const std::vector<ChainStatus>& chains);

}  // namespace faultline::api
