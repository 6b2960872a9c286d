# SPDX-License-Identifier: Apache-2.0
"""What every check looks at: the files of the project, its module table and its build folder."""

import dataclasses
import functools
import json
import os
import pathlib
import subprocess

GUIDE = "tests/lint/README.md"
SKIPPED_FOLDERS = {".git", "build", "node_modules", ".cache", "__pycache__"}
CPP_ENDINGS = (".hpp", ".cpp")


@dataclasses.dataclass(frozen=True)
class Finding:
    """One broken rule: where, what is wrong, which rule, what to do about it."""

    path: str
    line: int
    rule: str
    wrong: str
    remedy: str

    def text(self):
        return (f"{self.path}:{self.line}: {self.wrong}\n"
                f"    rule: {self.rule} ({GUIDE}#{self.rule})\n"
                f"    fix:  {self.remedy}")


@dataclasses.dataclass(frozen=True)
class Module:
    """One row of modules.json: a faultline_module() call."""

    path: str
    deps: tuple
    uses: tuple

    @property
    def pure(self):
        return self.path == "base" or self.path.startswith("core/")


class SetupError(Exception):
    """The check could not be made at all; the text says what to do."""


class MissingTool(SetupError):
    """A program the check needs is not on this machine."""


class Tree:
    """A source tree, and the build folder that was configured from it (may be None)."""

    def __init__(self, root, build=None):
        self.root = pathlib.Path(root)
        self.build = pathlib.Path(build) if build else None

    @functools.cached_property
    def files(self):
        """Paths of the project's files relative to the root, sorted: what git tracks or would."""
        listed = subprocess.run(
            ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, check=False)
        if listed.returncode == 0:
            names = set(listed.stdout.decode().split("\0")) - {""}
            return sorted(name for name in names if (self.root / name).is_file())
        names = []
        for folder, inner, plain in os.walk(self.root):
            inner[:] = [name for name in inner if name not in SKIPPED_FOLDERS]
            names += [str((pathlib.Path(folder) / name).relative_to(self.root)) for name in plain]
        return sorted(names)

    def cpp_files(self, *folders):
        """The C++ files below the named folders, or below include, src and tests."""
        starts = tuple(f"{folder}/" for folder in folders or ("include", "src", "tests"))
        return [name for name in self.files if name.endswith(CPP_ENDINGS) and name.startswith(starts)]

    def product_files(self):
        return self.cpp_files("include", "src")

    @functools.lru_cache(maxsize=None)
    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    @functools.cached_property
    def modules(self):
        """The module table by path, as the build declared it."""
        table = self._built("modules.json")
        return {row["path"]: Module(row["path"], tuple(row["deps"]), tuple(row["uses"])) for row in table}

    @functools.cached_property
    def compile_commands(self):
        """The compilation database by file, relative to the root."""
        rows = self._built("compile_commands.json")
        here = {}
        for row in rows:
            path = pathlib.Path(row["directory"], row["file"]).resolve()
            if path.is_relative_to(self.root.resolve()):
                here[str(path.relative_to(self.root.resolve()))] = row
        return here

    def _built(self, name):
        if self.build is None or not (self.build / name).exists():
            raise SetupError(
                f"{name} is not in {self.build or 'any build folder'}. "
                "Configure first: cmake --preset release, then tests/lint/run")
        return json.loads((self.build / name).read_text())


def module_folder(name):
    """The folder that decides which module a product file belongs to: 'shell/net' for
    include/faultline/shell/net/url.hpp and src/shell/net/url.cpp; None outside the product."""
    parts = pathlib.PurePosixPath(name).parts
    if parts[:2] == ("include", "faultline"):
        return "/".join(parts[2:-1])
    if parts[:1] == ("src",):
        return "/".join(parts[1:-1])
    return None


def private_header(tree, header):
    """The module whose private header <shell/net/tls.hpp> is (src/ is on the include path); else None."""
    return header.rpartition("/")[0] if f"src/{header}" in tree.files else None


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
