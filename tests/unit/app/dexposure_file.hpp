// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace faultline::test {

/// A file of the temporary folder with this text, for as long as this lives.
class TextFile {
  public:
    TextFile(const std::string& name, const std::string& text)
        : path_(
              std::filesystem::temp_directory_path() /
              ("faultline_" + std::to_string(::getpid()) + "_" + name)
          ) {
        std::ofstream(path_) << text;
    }

    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;

    ~TextFile() { std::filesystem::remove(path_); }

    [[nodiscard]] std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

/// Two weeks: three nodes in a ring with a link that leads nowhere, and nothing.
inline constexpr const char* kTwoWeeks = R"({"data":{
"2020-03-23":{"nodes":[
 {"id":"182","size":60,"composition":{"stETH":60}},
 {"id":"1599","size":30,"composition":{}},
 {"id":"DAI","size":10,"composition":{}}],
"links":[
 {"source":"182","target":"1599","size":6,"composition":{"DAI":6}},
 {"source":"1599","target":"DAI","size":2,"composition":{}},
 {"source":"DAI","target":"182","size":2,"composition":{}},
 {"source":null,"target":"182","size":3,"composition":{}}]},
"2020-03-30":{"nodes":[],"links":[]}}}
)";

/// The debtor 182 of 100, and a creditor that has nothing.
inline constexpr const char* kCreditorOfNothing = R"({"data":{"2022-05-09":{"nodes":[
 {"id":"182","size":100,"composition":{}},{"id":"7","size":0,"composition":{}}],
"links":[{"source":"7","target":"182","size":10,"composition":{}}]}}}
)";

inline constexpr const char* kSectors = "id,name,category\n182,Lido,X\n1599,\"AAVE, V3\",X\n";

}  // namespace faultline::test
