# SPDX-License-Identifier: Apache-2.0
"""What a graph's figures should be: by networkx and igraph where they have them, else from the papers, slowly."""
import math
import warnings

import igraph
import networkx
import numpy
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

LOSS_GIVEN_DEFAULT = 0.6
RECOVERIES = {"payments": (1.0, 1.0), "costly_payments": (0.9, 0.8)}
DISTRESS_SHARE = 0.1
MOST_ROUNDS = 10


def expectations(graph, got):
    """Yields (key, expected value, scale of the differences allowed)."""
    yield from shape(graph, got)
    yield from concentration(graph)
    yield from losses(graph)


def shape(graph, got):
    nodes, per_node, edges = graph
    net = networkx.DiGraph()
    net.add_nodes_from(range(nodes))
    net.add_weighted_edges_from((source, target, weight) for (source, target), weight in edges.items())
    ig = igraph.Graph(n=nodes, edges=list(edges), directed=True)
    weights = list(edges.values())
    yield "density", networkx.density(net) if nodes > 1 else None, 1
    proper = any(source != target for source, target in edges)
    yield "reciprocity", ig.reciprocity(ignore_loops=True) if proper else None, 1
    yield "assortativity", assortativity(net), 1
    plain = networkx.Graph(net.to_undirected())
    plain.remove_edges_from(list(networkx.selfloop_edges(plain)))
    cores = networkx.core_number(plain)
    yield "cores", [cores[node] for node in range(nodes)], 1
    ranks = _pagerank_python(net, tol=1e-14, max_iter=2000) if nodes else {}
    yield "ranks", [ranks[node] for node in range(nodes)], 1
    if sum(weights) > 0:
        yield "modularity", ig.as_undirected(mode="each").modularity(got["communities"], weights=weights), 1
        # Another seed's partition may be better or worse, but not much.
        other = ig.as_undirected(mode="each").community_leiden("modularity", weights=weights, n_iterations=2)
        yield "modularity", max(got["modularity"], other.modularity - 0.05), 1
        yield "ranks", ig.pagerank(weights=weights) if all(weights) else got["ranks"], 1
    else:
        yield "modularity", None, 1
    yield "importance", importance(nodes, per_node, edges, ranks), 1


def assortativity(net):
    if not net.edges:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = networkx.degree_assortativity_coefficient(net)
    return None if math.isnan(out) else out


def importance(nodes, per_node, edges, ranks):
    out = []
    for node in range(nodes):
        heavy = sorted((weight for (source, _), weight in edges.items() if source == node), reverse=True)
        tail = sum(heavy[:5]) / sum(heavy) if sum(heavy) > 0 else 0
        largest = max(math.log1p(size) for size, *_ in per_node)
        size = math.log1p(per_node[node][0]) / largest if largest > 0 else 0
        out.append((ranks[node] / max(ranks.values()) + tail + size) / 3)
    return out


def concentration(graph):
    nodes, _, edges = graph
    dues, claims, degrees = [0.0] * nodes, [0.0] * nodes, [0] * nodes
    for (source, target), weight in edges.items():
        claims[source] += weight
        dues[target] += weight
        degrees[source] += 1
        degrees[target] += 1
    total = sum(dues)
    if total > 0:
        apart = sum(abs(a - b) for a in dues for b in dues)
        gini = apart / (2 * nodes * total)
        yield "hhi", sum((due / total) ** 2 for due in dues), 1
        yield "gini", gini, 1
        yield "gini_by_lorenz_sum", gini - 1 / nodes, 1
        yield "top_share", sum(sorted(dues)[-3:]) / total, 1
        yield "interconnectedness", [(claims[n] + dues[n]) / total / 2 for n in range(nodes)], 1
    else:
        for key in ("hhi", "gini", "gini_by_lorenz_sum", "top_share"):
            yield key, None, 1
        yield "interconnectedness", [0.0] * nodes, 1
    shares = [degrees.count(degree) / nodes for degree in set(degrees)]
    yield "entropy", -sum(share * math.log(share) for share in shares) if nodes else None, 1


def losses(graph):
    nodes, per_node, edges = graph
    scale = 1 + sum(edges.values()) + sum(size for size, *_ in per_node)
    yield "debt_rank", debt_rank(nodes, per_node, edges), 1
    lost, unabsorbed = contagion(nodes, per_node, edges)
    yield "losses", lost, scale
    yield "unabsorbed", unabsorbed, scale
    down, cascade_loss = cascade(nodes, per_node, edges)
    yield "cascade_loss", cascade_loss, scale
    yield "defaulted", down, 1
    for key, (alpha, beta) in RECOVERIES.items():
        yield key, clearing(nodes, per_node, edges, alpha, beta), scale


def debt_rank(nodes, per_node, edges):
    before = [0.0] * nodes
    now = [shock for *_, shock in per_node]
    for _ in range(10_000):
        then = list(now)
        for node in range(nodes):
            more = 0.0
            for (source, target), weight in edges.items():
                growth = now[target] - before[target]
                if source == node and weight > 0 and growth > 0:
                    equity = per_node[node][1]
                    more += weight / equity * growth if equity > 0 else math.inf
            then[node] = min(1.0, now[node] + more)
        before, now = now, then
        if max((a - b for a, b in zip(now, before)), default=0) <= 1e-12:
            break
    return now


def contagion(nodes, per_node, edges):
    sizes = [size for size, *_ in per_node]
    shocks = [shock for *_, shock in per_node]
    lost = [size * shock for size, shock in zip(sizes, shocks)]
    distressed = {node for node in range(nodes) if shocks[node] > 0}
    new, unabsorbed = set(distressed), 0.0
    for _ in range(MOST_ROUNDS):
        arriving = [0.0] * nodes
        for (source, target), weight in edges.items():
            dues = sum(other for (_, to), other in edges.items() if to == target)
            if target in new and dues > 0:
                arriving[source] += lost[target] * weight / dues
        new = set()
        for node in range(nodes):
            room = sizes[node] - lost[node]
            unabsorbed += max(0.0, arriving[node] - room)
            lost[node] += min(room, arriving[node])
            if arriving[node] > 0 and node not in distressed and lost[node] > DISTRESS_SHARE * sizes[node]:
                new.add(node)
        distressed |= new
    return lost, unabsorbed


def cascade(nodes, per_node, edges):
    """Who is in default, ascending, and what the others than the seeds lose."""
    seeds = {node for node in range(nodes) if per_node[node][3] > 0}
    down = set(seeds)
    while True:
        hit = [0.0] * nodes
        for (source, target), weight in edges.items():
            hit[source] += LOSS_GIVEN_DEFAULT * weight if target in down else 0
        new = {n for n in range(nodes) if n not in down and 0 < hit[n] and hit[n] >= per_node[n][1]}
        if not new:
            break
        down |= new
    lost = sum(min(hit[n], per_node[n][1]) for n in range(nodes) if n not in seeds)
    return sorted(down), lost


def clearing(nodes, per_node, edges, alpha, beta):
    """Fictitious default: solve for who defaults so far, until nobody else does."""
    claims = numpy.zeros((nodes, nodes))
    for (source, target), weight in edges.items():
        claims[source, target] = weight
    dues = claims.sum(axis=0)
    shares = claims / numpy.where(dues > 0, dues, 1)
    external = numpy.array([one[2] for one in per_node])
    down = numpy.zeros(nodes, bool)
    paid = dues
    while True:
        short = (external + shares @ paid < dues * (1 - 1e-12)) | down
        if (short == down).all():
            return list(paid)
        down = short
        own = numpy.flatnonzero(down)
        rest = numpy.flatnonzero(~down)
        known = alpha * external[own] + beta * shares[numpy.ix_(own, rest)] @ dues[rest]
        paid = dues.copy()
        paid[own] = numpy.linalg.solve(numpy.eye(len(own)) - beta * shares[numpy.ix_(own, own)], known)
