// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/reader.hpp>

#include <algorithm>
#include <app/usage_error.hpp>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

const std::vector<std::string>& commands() {
    static const std::vector<std::string> all{
        "run",
        "check",
        "config",
        "bootstrap",
        "replay",
        "record",
        "resync",
        "graph",
        "rules",
        "outbox",
        "silence",
        "alert",
        "import",
        "dexposure",
        "simnode",
        "sink",
        "version"
    };
    return all;
}

std::string listed() {
    std::string out;
    for (const std::string& name : commands()) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

}  // namespace

std::string usage_error(const std::vector<std::string>& arguments, const std::string& said) {
    if (arguments.empty()) {
        return "what to do? Give one of " + listed();
    }
    const std::string& first = arguments.front();
    if (first.starts_with('-')) {
        return "there is no option " + config::quoted(first);
    }
    if (std::ranges::find(commands(), first) == commands().end()) {
        return "there is no command " + config::quoted(first) +
               config::suggestion(first, commands());
    }
    const bool bare_config = arguments.size() == 1 && first == "config";
    return bare_config ? "print what? Give describe or example after config" : said;
}

}  // namespace faultline::app
