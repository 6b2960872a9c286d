# SPDX-License-Identifier: Apache-2.0
"""lint.tidy: clang-tidy 19 without a warning; base and core at each push, the slow shell nightly.

At each push the path-sensitive analyzer goes shallow (calls are not followed far), which takes a fifth of
the time; `tidy-deep` goes all the way."""

from checks import compiler

REMEDY = "what the check in brackets wants: https://clang.llvm.org/extra/clang-tidy/checks/list.html"


SHALLOW = [f"--extra-arg={word}" for word in ("-Xclang", "-analyzer-config", "-Xclang", "mode=shallow")]


def check(tree):
    return _run(tree, pure=True, options=SHALLOW)


def check_deep(tree):
    return _run(tree, pure=True, options=[])


def check_shell(tree):
    return _run(tree, pure=False, options=[])


def _run(tree, pure, options):
    clang_tidy = compiler.tool("clang-tidy")
    units = [name for name in tree.cpp_files("src") if name.endswith(".cpp") and name in tree.compile_commands
             and name.startswith(("src/base/", "src/core/")) == pure]

    def command(name):
        return [clang_tidy, "--quiet", f"-p={tree.build}", "--extra-arg=-Wno-unused-command-line-argument", *options, name]

    def parse(name, output, _):
        return compiler.diagnostics(tree, name, output, "tidy", REMEDY)

    return compiler.run_all(tree, units, command, parse)
