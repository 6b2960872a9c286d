// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/obs/log.hpp>

#include <app/config_fields.hpp>
#include <app/config_types.hpp>

namespace faultline::app::written {
namespace {

using namespace config;

Section<Store> store_section() {
    Section<Store> out("Store", "Where state is kept: positions, undo records, the outbox.");
    out.optional(
        {.name = "path",
         .text = "Folder of the database, as seen from the folder of this file. Each chain gets a "
                 "folder of its own below it.",
         .example = "../data",
         .shown = true},
        &Store::path,
        text("path of a folder")
    );
    return out;
}

Section<Api> api_section() {
    Section<Api> out("API", "The HTTP server: /metrics, /healthz, /readyz and the REST API.");
    out.optional(
        {.name = "listen",
         .text = "Address and port to listen on. There is no password: bind to what you trust.",
         .shown = true},
        &Api::listen,
        listen_type()
    );
    return out;
}

Section<Log> log_section() {
    Section<Log> out("Log", "What is written to standard error.");
    out.optional(
        {.name = "level",
         .text =
             "One of error (act now), warn (look today), info (milestones), debug (everything).",
         .shown = true},
        &Log::level,
        one_of<obs::Level>(
            {{"debug", obs::Level::kDebug},
             {"info", obs::Level::kInfo},
             {"warn", obs::Level::kWarn},
             {"error", obs::Level::kError}}
        )
    );
    out.optional(
        {.name = "format",
         .text = "Either text, for people, or json, one object a line, for machines.",
         .shown = true},
        &Log::format,
        one_of<obs::LogFormat>({{"text", obs::LogFormat::kText}, {"json", obs::LogFormat::kJson}})
    );
    return out;
}

/// Where it keeps, serves and says what.
void add_process(Section<Daemon>& out) {
    out.optional(
        {.name = "store", .text = "Where state is kept.", .default_text = "as below", .shown = true
        },
        &Daemon::store,
        store_section().type()
    );
    out.optional(
        {.name = "api", .text = "The HTTP server.", .default_text = "as below", .shown = true},
        &Daemon::api,
        api_section().type()
    );
    out.optional(
        {.name = "log",
         .text = "What is written to standard error.",
         .default_text = "as below",
         .shown = true},
        &Daemon::log,
        log_section().type()
    );
    out.optional(
        {.name = "external_url",
         .text = "Where people reach the API of this daemon, behind whatever stands before it: "
                 "alerts link to its pages about what they are about. Without user info: every "
                 "receiver sees it.",
         .example = "https://faultline.example",
         .default_text = "none"},
        &Daemon::external_url,
        link_type()
    );
}

}  // namespace

Section<Daemon> daemon_section() {
    Section<Daemon> out("Top of the file", "Every file has these.");
    add_process(out);
    out.required(
        {.name = "chains", .text = "The chains to follow."},
        &Daemon::chains,
        list_of(chain_section().type(), {.least = 1, .most = 32})
    );
    out.optional(
        {.name = "rules", .text = "What raises an alert.", .shown = true},
        &Daemon::rules,
        rules_type()
    );
    out.optional(
        {.name = "rule_files",
         .text = "Files with further rules, as seen from the folder of this file; a name that ends "
                 "with / is a folder, of which all .yaml files are read. See docs/rules.md.",
         .default_text = "rules/, where it is beside this file"},
        &Daemon::rule_files,
        maybe(list_of(text("path of a file or folder"), {.most = 100}))
    );
    out.optional(
        {.name = "receivers", .text = "Who is told.", .shown = true},
        &Daemon::receivers,
        list_of(receiver_section().type(), {.most = 100})
    );
    out.optional(
        {.name = "routes",
         .text = "Which receivers hear of which alerts. Those that no route matches are told to "
                 "every receiver."},
        &Daemon::routes,
        list_of(route_section().type(), {.most = 1000})
    );
    out.optional(
        {.name = "inhibit", .text = "Which alerts keep others quiet."},
        &Daemon::inhibit,
        list_of(inhibition_section().type(), {.most = 100})
    );
    out.optional(
        {.name = "labels",
         .text = "Files that say who issues a token and whose an address is, as seen from the "
                 "folder of this file. See docs/labels.md.",
         .default_text = "those that are shipped, where `labels` beside this file has them"},
        &Daemon::labels,
        maybe(list_of(text("path of a file"), {.most = 100}))
    );
    return out;
}

}  // namespace faultline::app::written
