// SPDX-License-Identifier: Apache-2.0
#include "rocksdb_error.hpp"

#include <faultline/base/error.hpp>

#include <rocksdb/status.h>

#include <array>
#include <string>
#include <string_view>

namespace faultline::store {
namespace {

struct Symptom {
    std::string_view text;  ///< Part of RocksDB's message: errno in words, or its own.
    Code code;
    std::string_view what;
    std::string_view advice;
};

constexpr std::string_view kFree = "Free space on that volume; nothing was half written";
constexpr std::string_view kHeld =
    "Another faultline may be running on this data folder: stop it, or give this one its own "
    "folder";

constexpr std::array kSymptoms = {
    Symptom{"No space left", Code::kUnavailable, "the disk is full", kFree},
    Symptom{"Disk quota exceeded", Code::kUnavailable, "the disk quota is used up", kFree},
    Symptom{"File too large", Code::kUnavailable, "a file may not grow further", kFree},
    Symptom{
        "Read-only file system",
        Code::kUnavailable,
        "the volume is mounted read-only",
        "Mount it read-write (a volume turns read-only after a disk error: look at dmesg), or "
        "choose another data folder"
    },
    Symptom{
        "Permission denied",
        Code::kUnavailable,
        "this user may not write there",
        "Give the user that runs faultline read and write access to the folder"
    },
    Symptom{"lock hold by", Code::kUnavailable, "it is already open", kHeld},
    Symptom{"While lock file", Code::kUnavailable, "it is already open", kHeld},
    Symptom{
        "Too many open files",
        Code::kUnavailable,
        "the process may not open more files",
        "Raise its limit (ulimit -n) to at least 4096"
    },
    Symptom{
        "Column families not opened",
        Code::kInvalid,
        "it holds data this program does not know",
        "It was written by a newer faultline: run that one, or use an empty data folder"
    },
};

constexpr std::string_view kRestore =
    "Restore a backup of the folder, or delete the folder: faultline then backfills from the chain";

}  // namespace

Error rocksdb_error(
    const std::string& doing, const std::string& path, const rocksdb::Status& status
) {
    const std::string text = status.ToString();
    const std::string where = doing + " " + path + ": ";
    if (!status.IsCorruption()) {
        for (const Symptom& symptom : kSymptoms) {
            if (text.contains(symptom.text)) {
                return Error(symptom.code, where + std::string(symptom.what) + " (" + text + ")")
                    .advise(std::string(symptom.advice));
            }
        }
    }
    if (status.IsCorruption()) {
        return Error(Code::kCorrupt, where + "the data is damaged (" + text + ")")
            .advise(std::string(kRestore));
    }
    return Error(Code::kUnavailable, where + text)
        .advise("Check the volume that holds the data folder (dmesg, df)");
}

}  // namespace faultline::store
