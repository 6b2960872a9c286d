# SPDX-License-Identifier: Apache-2.0
"""lint.owners: a third-party header appears only in the modules that own the library (USES)."""

import re

from checks import cpp
from checks.tree import Finding, module_folder, private_header

# Longest prefix first. None: only tests may include it. (): every module may, it is what Result is made of.
OWNERS = (
    ("tl/expected.hpp", ()),
    ("boost/asio/ssl", ("asio", "openssl")),
    ("boost/asio", ("asio",)),
    ("boost/system", ("asio",)),
    ("boost/beast", ("beast",)),
    ("boost/container", ("boost-container",)),
    ("boost/multiprecision", None),
    ("boost/", ("boost",)),
    ("openssl/", ("openssl",)),
    ("curl/", ("curl",)),
    ("rocksdb/", ("rocksdb",)),
    ("simdjson", ("simdjson",)),
    ("yaml-cpp/", ("yaml-cpp",)),
    ("prometheus/", ("prometheus",)),
    ("spdlog/", ("spdlog",)),
    ("fmt/", ("spdlog",)),
    ("CLI/", ("cli11",)),
    ("nats/", ("nats",)),
    ("zstd", ("zstd",)),
    ("igraph/", ("igraph",)),
    ("gmp", None),
    ("catch2/", None),
)
BEAST_UNITS_MOST = 3
BEAST_SOURCE = "boost/beast/src.hpp"

POSIX = re.compile(r"^(sys|net|netinet|arpa|linux)/|^(unistd|fcntl|signal|pthread|sched|poll|dirent|termios|pwd|netdb)\.h$")
STANDARD = re.compile(r"^[a-z0-9_]+$")

# A pure module has no time, threads, randomness or input and output of its own.
IMPURE = {
    "chrono", "ctime", "thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch",
    "stop_token", "random", "iostream", "fstream", "istream", "ostream", "syncstream", "filesystem", "cstdio", "csignal",
}
PURE_EXEMPT = {
    "include/faultline/base/time.hpp": "defines the units of time, reads no clock",
    "src/base/assert.cpp": "prints why the process aborts",
}
FLOATING_EXEMPT = {
    "core/network": "statistics of the exposure network, which nothing that must equal the chain is made of",
}
UNORDERED_EXEMPT = {
    "include/faultline/core/ledger/hashed_rows.hpp": "walks hashed rows: Table sorts before anyone sees them",
    "include/faultline/core/signals/slot_rows.hpp": "the same, of rows that lie together by series",
}


def check(tree):
    return [*_owners(tree), *_purity(tree), *_beast(tree)]


def _owners(tree):
    for name in tree.product_files():
        module = tree.modules.get(module_folder(name))
        if module is None:
            continue
        for line, header, quoted in cpp.includes(tree.read(name)):
            if quoted or private_header(tree, header) or header.startswith("faultline/"):
                continue
            if STANDARD.match(header) or POSIX.match(header):
                continue
            yield from _owner(name, line, header, module)


def _owner(name, line, header, module):
    if header.startswith(("bits/", "ext/")):
        yield Finding(name, line, "owners", f"<{header}> is the standard library's own business",
                      "include the header that the standard names, e.g. <chrono>")
        return
    for prefix, libraries in OWNERS:
        if not header.startswith(prefix):
            continue
        if libraries is None:
            yield Finding(name, line, "owners", f"<{header}> is for tests only",
                          "use the project's own types in the product, and this as an oracle in tests/")
            return
        # Beast brings Asio and OpenSSL with it.
        owned = set(module.uses) | ({"asio", "openssl"} if "beast" in module.uses else set())
        missing = [library for library in libraries if library not in owned]
        if missing:
            yield Finding(name, line, "owners", f"{module.path} includes <{header}> but does not own {', '.join(missing)}",
                          "go through the module that owns it (USES in CMakeLists.txt), e.g. "
                          "net for HTTP, rpc for JSON, store for RocksDB, obs for logs and metrics")
        return
    yield Finding(name, line, "owners", f"<{header}> belongs to no library that the owner table knows",
                  "use the standard library, or name the library in cmake/third_party.cmake, in the USES of its one "
                  "owner, and in tests/lint/checks/owners.py")


def _purity(tree):
    for name in tree.product_files():
        module = tree.modules.get(module_folder(name))
        if module is None or not module.pure or name in PURE_EXEMPT:
            continue
        text = tree.read(name)
        for line, header, _ in cpp.includes(text):
            if header in IMPURE or POSIX.match(header):
                yield Finding(name, line, "pure", f"pure module {module.path} includes <{header}>",
                              "take the time, random number or bytes as a parameter; the shell supplies them")
        if not module.path.startswith("core/"):
            continue
        for number, code in enumerate(cpp.without_literals(text).splitlines(), 1):
            if module.path not in FLOATING_EXEMPT and re.search(r"\b(double|float)\b", code):
                yield Finding(name, number, "pure", "floating point in core",
                              "chain figures are integers in the contract's own unit: use U256, checked integers or mul_div")
        if name not in UNORDERED_EXEMPT:
            yield from _unordered(name, text)


def _unordered(name, text):
    code = cpp.code_of(text)
    names = set(re.findall(r"\bunordered_\w+<[^;{}()]*>\s+(\w+)", code))
    for match in re.finditer(r"\bfor \([^;()]*:\s*(?:\w+\.)*(\w+)\)", code):
        if match.group(1) in names:
            yield Finding(name, code.count("\n", 0, match.start()) + 1, "pure",
                          f"iterates over the unordered container '{match.group(1)}': the order differs between machines",
                          "use std::map or a sorted vector, or collect and sort the keys first")


def _beast(tree):
    """Beast costs some 40 CPU seconds per unit, so few units may see it, directly or not."""
    sees = {}

    def beast(name, trail=()):
        if name not in sees and name not in trail:
            sees[name] = any(
                header.startswith("boost/beast") or
                (_project_file(tree, name, header, quoted) is not None and
                 beast(_project_file(tree, name, header, quoted), (*trail, name)))
                for _, header, quoted in cpp.includes(tree.read(name)))
        return sees.get(name, False)

    units = [name for name in tree.cpp_files("src") if name.endswith(".cpp") and beast(name)
             and BEAST_SOURCE not in tree.read(name)]
    for name in units[BEAST_UNITS_MOST:]:
        yield Finding(name, 1, "beast", f"unit {len(units)} that includes Beast: {', '.join(units)}",
                      f"at most {BEAST_UNITS_MOST} may, each costs tens of CPU seconds; go through net/http.hpp or net/websocket.hpp")


def _project_file(tree, name, header, quoted):
    if header.startswith("faultline/"):
        path = f"include/{header}"
    else:
        beside = f"src/{module_folder(name)}/{header}"
        path = beside if quoted and beside in tree.files else f"src/{header}"
    return path if path in tree.files else None
