# SPDX-License-Identifier: Apache-2.0
"""lint.shapes: the shape rule of lint.coroutines on the syntax tree, which a text cannot fool."""

import re

from checks import compiler
from checks.tree import Finding

QUERY = "tests/lint/coroutine_shapes.query"
MATCH = re.compile(r'^(?P<path>[^:\n]+):(?P<line>\d+):\d+: note: "shape" binds here')


def check(tree):
    clang_query = compiler.tool("clang-query")
    units = [name for name in tree.cpp_files("src") if name.endswith(".cpp") and name in tree.compile_commands
             and "co_await" in tree.read(name)]

    def command(name):
        return [clang_query, f"-p={tree.build}", "-f", QUERY, name]

    def parse(name, output, _):
        lines = [MATCH.match(line) for line in output.splitlines()]
        # A unit that does not parse matches nothing, which must not read as clean.
        broken = compiler.diagnostics(tree, name, output, "setup", "the unit has to compile before it can be searched")
        return broken or [Finding(name, int(match.group("line")), "shapes",
                        "braced aggregate, capturing lambda or class-typed ?: in one expression with co_await",
                        "name it in a statement of its own first; g++ 12 destroys it twice") for match in lines if match]

    return compiler.run_all(tree, units, command, parse)
