# SPDX-License-Identifier: Apache-2.0
"""Draws seeded graphs and holds what core/network says of them to networkx, igraph, and slow references
written here from the papers.  usage: against_others.py NETWORK_ANSWERS [GRAPHS=120]"""
import json
import math
import random
import subprocess
import sys

import slow

GRAPHS = int(sys.argv[2]) if len(sys.argv) > 2 else 120
WITHIN = 1e-9


def drawn(seed):
    """Sparse to dense, some with loops, weights of 0, equity of 0, nodes on their own."""
    draw = random.Random(seed)
    nodes = draw.choice([2, 3, 5, 8, 13, 30, 60, 120])
    wanted = int(nodes * draw.choice([0.5, 1, 2, 5]))
    edges = {}
    for _ in range(wanted):
        source, target = draw.randrange(nodes), draw.randrange(draw.randrange(nodes) + 1)
        if source == target and draw.random() < 0.8:
            continue
        edges[source, target] = 0.0 if draw.random() < 0.05 else draw.paretovariate(1.1)
    per_node = []
    for node in range(nodes):
        claims = sum(weight for (source, _), weight in edges.items() if source == node)
        dues = sum(weight for (_, target), weight in edges.items() if target == node)
        equity = 0.0 if draw.random() < 0.05 else (claims + 1) * draw.uniform(0.2, 1.5)
        size = 0.0 if draw.random() < 0.3 else draw.paretovariate(1.0)
        shock = draw.random() if draw.random() < 0.2 else 0.0
        per_node.append((size, equity, (dues + 1) * draw.uniform(0.01, 0.6), shock))
    return nodes, per_node, edges


FIXED = [
    (0, [], {}),
    (1, [(1.0, 1.0, 1.0, 0.5)], {}),
    (1, [(1.0, 1.0, 1.0, 0.5)], {(0, 0): 2.0}),
    (3, [(1.0, 1.0, 1.0, 0.5)] * 3, {}),
    (3, [(1.0, 1.0, 1.0, 0.5)] * 3, {(0, 1): 0.0, (1, 2): 0.0}),
    (4, [(5.0, 2.0, 1.0, 0.2)] * 4, {(0, 1): 1.0, (1, 0): 1.0, (2, 3): 1.0, (3, 2): 1.0}),
]
REFUSED = [
    ((2, [(1.0, 1.0, 1.0, 0.0)] * 2, {(0, 1): math.nan}), "finite"),
    ((2, [(1.0, 1.0, 1.0, 0.0)] * 2, {(0, 1): math.inf}), "finite"),
    ((2, [(1.0, 1.0, 1.0, 0.0)] * 2, {(0, 1): -1.0}), "-1"),
    ((2, [(1.0, 1.0, 1.0, 0.0)] * 2, {(0, 2): 1.0}), "2"),
]


def asked(graph):
    nodes, per_node, edges = graph
    lines = [f"{nodes} {len(edges)}"]
    lines += [" ".join(map(repr, one)) for one in per_node]
    lines += [f"{source} {target} {weight!r}" for (source, target), weight in edges.items()]
    return "\n".join(lines) + "\n"


def far(got, expected, scale=1.0):
    """What is wrong, or None."""
    if isinstance(expected, list):
        if len(got) != len(expected):
            return f"{len(got)} values, expected {len(expected)}"
        wrong = ((at, far(a, b, scale)) for at, (a, b) in enumerate(zip(got, expected)))
        return next((f"[{at}] {what}" for at, what in wrong if what), None)
    if expected is None or got is None:
        return None if got == expected else f"{got}, expected {expected}"
    return None if abs(got - expected) <= WITHIN * max(scale, abs(expected)) else f"{got!r}, expected {expected!r}"


def main():
    drawn_graphs = FIXED + [drawn(seed) for seed in range(GRAPHS)]
    questions = drawn_graphs + [graph for graph, _ in REFUSED]
    answers = subprocess.run([sys.argv[1]], input="".join(map(asked, questions)), capture_output=True, text=True, check=False)
    if answers.returncode != 0:
        sys.exit(f"{sys.argv[1]} failed: {answers.stderr}")
    lines = [json.loads(line) for line in answers.stdout.splitlines()]
    if len(lines) != len(questions):
        sys.exit(f"{len(questions)} graphs asked about, {len(lines)} answers")
    checks = wrong = 0
    for number, (graph, got) in enumerate(zip(drawn_graphs, lines)):
        for key, expected, scale in slow.expectations(graph, got):
            checks += 1
            what = far(got[key], expected, scale)
            if what:
                wrong += 1
                print(f"graph {number} ({graph[0]} nodes, {len(graph[2])} edges): {key} {what}")
    for (graph, word), got in zip(REFUSED, lines[len(drawn_graphs):]):
        checks += 1
        if word not in got.get("refused", ""):
            wrong += 1
            print(f"edges {graph[2]} were not refused for {word!r}: {got}")
    print(f"{len(questions)} graphs, {checks} comparisons, {wrong} wrong")
    return 1 if wrong else 0


sys.exit(main())
