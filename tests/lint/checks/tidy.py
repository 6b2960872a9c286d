# SPDX-License-Identifier: Apache-2.0
"""lint.tidy: clang-tidy 19 without a warning.

At each push it looks at what the last commits touched of base and core (where that is much, at some of it,
drawn by the commit), with the path-sensitive analyzer shallow (calls are not followed far); `tidy-core` looks at all of them so, `tidy-deep` goes all the way, and
`tidy-shell` does the rest. The nightly run does the last two."""

import hashlib
import pathlib
import subprocess

from checks import compiler

LAST_COMMITS = 10
MOST_UNITS = 60

REMEDY = "what the check in brackets wants: https://clang.llvm.org/extra/clang-tidy/checks/list.html"


SHALLOW = [f"--extra-arg={word}" for word in ("-Xclang", "-analyzer-config", "-Xclang", "mode=shallow")]


def check(tree):
    return _run(tree, pure=True, options=SHALLOW, touched=_touched(tree), most=MOST_UNITS)


def check_core(tree):
    return _run(tree, pure=True, options=SHALLOW)


def check_deep(tree):
    return _run(tree, pure=True, options=[])


def check_shell(tree):
    return _run(tree, pure=False, options=[])


def _touched(tree):
    """Folder and stem of every file that the last commits or nobody yet committed; None where git does not tell."""
    committed = _git(tree, "log", f"-{LAST_COMMITS}", "--name-only", "--format=")
    not_yet = _git(tree, "status", "--porcelain=v1", "--no-renames")
    if committed is None or not_yet is None:
        return None
    names = committed.splitlines() + [line[3:] for line in not_yet.splitlines()]
    return {_unit(name) for name in names if name}


def _git(tree, *words):
    told = subprocess.run(["git", "-C", str(tree.root), *words], capture_output=True, text=True)
    return told.stdout if told.returncode == 0 else None


def _unit(name):
    """What a source and its header have in common: "core/ledger/ledger"."""
    return str(pathlib.PurePath(name.removeprefix("include/faultline/").removeprefix("src/")).with_suffix(""))


def _run(tree, pure, options, touched=None, most=None):
    clang_tidy = compiler.tool("clang-tidy")
    units = [name for name in tree.cpp_files("src") if name.endswith(".cpp") and name in tree.compile_commands
             and name.startswith(("src/base/", "src/core/")) == pure
             and (touched is None or _unit(name) in touched)]
    if most is not None and len(units) > most:
        head = _git(tree, "rev-parse", "HEAD") or ""
        units = sorted(units, key=lambda name: hashlib.sha256((head + name).encode()).digest())[:most]

    def command(name):
        return [clang_tidy, "--quiet", f"-p={tree.build}", "--extra-arg=-Wno-unused-command-line-argument", *options, name]

    def parse(name, output, _):
        return compiler.diagnostics(tree, name, output, "tidy", REMEDY)

    return compiler.run_all(tree, units, command, parse)
