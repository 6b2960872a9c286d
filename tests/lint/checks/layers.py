# SPDX-License-Identifier: Apache-2.0
"""lint.layers: modules include only what the module table of the root CMakeLists.txt lets them."""

from checks import cpp
from checks.tree import Finding, line_of, module_folder, private_header

TABLE = "CMakeLists.txt"


def check(tree):
    return [*_table(tree), *_folders(tree), *_includes(tree)]


def _row(tree, path):
    """The line of a faultline_module() call, for messages; 1 when it cannot be told."""
    text = tree.read(TABLE) if TABLE in tree.files else ""
    at = max(text.find(f"faultline_module({path} "), text.find(f"faultline_module({path})"),
             text.find(f"faultline_module({path}\n"))
    return line_of(text, at) if at >= 0 else 1


def _table(tree):
    for module in tree.modules.values():
        for dep in module.deps:
            if dep not in tree.modules:
                yield Finding(TABLE, _row(tree, module.path), "layers",
                              f"{module.path} depends on {dep}, which is no module",
                              "correct the name in DEPS or declare the module")
            elif module.pure and not tree.modules[dep].pure:
                yield Finding(TABLE, _row(tree, module.path), "layers",
                              f"{module.path} is pure but depends on {dep}, which is not",
                              "move the code that needs it to shell/ or engine, and hand its result in as a value")
    yield from _cycles(tree)


def _cycles(tree):
    done = set()

    def visit(path, trail):
        if path in trail:
            ring = [*trail[trail.index(path):], path]
            yield Finding(TABLE, _row(tree, path), "layers",
                          f"the module table has a cycle: {' -> '.join(ring)}",
                          "move what both sides need into a lower module")
            return
        if path in done or path not in tree.modules:
            return
        done.add(path)
        for dep in tree.modules[path].deps:
            yield from visit(dep, [*trail, path])

    for path in tree.modules:
        yield from visit(path, [])


def _folders(tree):
    used = set()
    for name in tree.product_files():
        folder = module_folder(name)
        used.add(folder)
        if folder not in tree.modules:
            yield Finding(name, 1, "layers", f"the folder '{folder}' is no declared module, so nobody builds or checks it",
                          f"add faultline_module({folder} DEPS ...) to {TABLE}, or move the file into a module's folder")
    for path in tree.modules:
        if path not in used:
            yield Finding(TABLE, _row(tree, path), "layers", f"module {path} is declared but has no source",
                          f"write src/{path} or take the row out")


def _includes(tree):
    for name in tree.product_files():
        module = tree.modules.get(module_folder(name))
        if module is None:
            continue
        for line, header, quoted in cpp.includes(tree.read(name)):
            if header.startswith("faultline/"):
                target = "/".join(header.split("/")[1:-1])
                if target != module.path and target not in module.deps:
                    yield Finding(name, line, "layers",
                                  f"{module.path} includes <{header}> but does not depend on {target}",
                                  _remedy(module, target))
            elif quoted or private_header(tree, header):
                yield from _private(tree, name, module, line, header)


def _remedy(module, target):
    if module.pure and (target.startswith("shell/") or target in ("engine", "app")):
        return "a pure module may not know the shell: take a value as parameter instead"
    return f"add {target} to the DEPS of {module.path} in {TABLE} if that keeps the layers, else move the code"


def _private(tree, name, module, line, header):
    own = {f"src/{module.path}/{header}"}
    if private_header(tree, header) == module.path:
        own.add(f"src/{header}")
    if ".." in header or not own & set(tree.files):
        yield Finding(name, line, "layers", f"{module.path} includes '{header}', which is no private header of its own",
                      "what src/<module> holds is for that module alone; use a public header, <faultline/...>")
    elif name.startswith("include/"):
        yield Finding(name, line, "layers", f"a public header includes the private header '{header}'",
                      "users of the header cannot see it: make it public, or declare only what is needed")
