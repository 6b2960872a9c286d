// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>

#include <map>
#include <string>
#include <vector>

namespace faultline::app {

/// A file to write, as seen from the folder that the configuration goes to.
struct ImportedFile {
    std::string path;
    std::string content;
    bool secret = false;  ///< For its owner's eyes only.
};

/// What could not be carried over, or not as it was, and why. Holds no secret.
struct ImportNote {
    std::string file;
    std::string pointer;  ///< JSON pointer into it; empty: all of it.
    std::string text;
};

struct Imported {
    std::vector<ImportedFile> files;             ///< The configuration first.
    std::vector<ImportNote> notes;               ///< In the order of files.
    std::vector<std::string> variables;          ///< That the environment has to have, sorted.
    std::map<std::string, std::size_t> carried;  ///< "chains", "receivers", "rules": how many.
};

/// Turns the folder of an OpenZeppelin Monitor's configuration (networks, monitors, triggers, each
/// with files of JSON) into one of ours. `deployments` is the folder of shipped deployments. What
/// is secret there is in files or in variables here. kMalformed with file, line and column for what
/// is no JSON; kMissing when there is nothing that can be followed.
Result<Imported> import_openzeppelin(
    const std::string& folder,
    const std::string& deployments,
    const config::Surroundings& surroundings
);

}  // namespace faultline::app
