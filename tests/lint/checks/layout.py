# SPDX-License-Identifier: Apache-2.0
"""lint.format: every C++ file is as clang-format 19 lays it out."""

import re
import subprocess

from checks import compiler
from checks.tree import Finding

WARNING = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+):\d+: (?:error|warning): code should be clang-formatted")


def check(tree):
    names = tree.cpp_files()
    if not names:
        return []
    done = subprocess.run([compiler.tool("clang-format"), "--dry-run", "-Werror", *names],
                          cwd=tree.root, capture_output=True, text=True, check=False)
    first = {}
    for line in done.stderr.splitlines():
        match = WARNING.match(line)
        if match:
            first.setdefault(match.group("path"), int(match.group("line")))
    if done.returncode and not first:
        return [Finding(".clang-format", 1, "format", f"clang-format failed: {done.stderr.strip()[:300]}",
                        "run clang-format-19 --dry-run by hand")]
    return [Finding(path, line, "format", "not laid out by clang-format 19 (first such line)",
                    f"clang-format-19 -i {path}") for path, line in sorted(first.items())]
