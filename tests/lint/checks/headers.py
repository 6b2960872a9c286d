# SPDX-License-Identifier: Apache-2.0
"""lint.headers: each public header compiles alone, so nobody depends on the order of includes."""

from checks import compiler


def check(tree):
    headers = [name for name in tree.cpp_files("include") if name.endswith(".hpp")]
    clang = compiler.tool("clang++")

    def command(name):
        return [clang, *compiler.flags_for(tree, name), "-Wno-pragma-once-outside-header", "-Wno-unused-command-line-argument",
                "-x", "c++", "-fsyntax-only", "-fno-caret-diagnostics", name]

    def parse(name, output, _):
        return compiler.diagnostics(
            tree, name, output, "headers", "a public header compiles alone: include what declares the name, or correct the code")

    return compiler.run_all(tree, headers, command, parse)
