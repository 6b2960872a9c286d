# SPDX-License-Identifier: Apache-2.0
"""Cascades, DebtRank and clearing as one writes them with networkx, with igraph and with numpy. Neither library has them,
so each is the work-list over its graph that costs least there. All answer for each seed, so that sets can be compared."""
import numpy

LOSS_GIVEN_DEFAULT = 0.6
DISTRESS_TOLERANCE = 1e-9
CLEARING_TOLERANCE = 1e-12


def cascades_by_networkx_calls(net, equity, seeds):
    """As its tutorial would have it: predecessors(), and the weight of the edge by its two ends."""
    out = []
    for seed in seeds:
        down, frontier, lost = {seed}, [seed], {}
        while frontier:
            following = []
            for debtor in frontier:
                for creditor in net.predecessors(debtor):
                    if creditor in down:
                        continue
                    lost[creditor] = lost.get(creditor, 0) + LOSS_GIVEN_DEFAULT * net[creditor][debtor]["weight"]
                    if lost[creditor] >= equity[creditor]:
                        down.add(creditor)
                        following.append(creditor)
            frontier = following
        out.append(down)
    return out


def cascades_by_networkx(net, equity, seeds):
    """Over the dictionaries that networkx keeps, which is the fastest that it can do."""
    out = []
    for seed in seeds:
        down, frontier, lost = {seed}, [seed], {}
        while frontier:
            following = []
            for debtor in frontier:
                for creditor, edge in net.pred[debtor].items():
                    if creditor in down:
                        continue
                    lost[creditor] = lost.get(creditor, 0) + LOSS_GIVEN_DEFAULT * edge["weight"]
                    if lost[creditor] >= equity[creditor]:
                        down.add(creditor)
                        following.append(creditor)
            frontier = following
        out.append(down)
    return out


def cascades_by_igraph(graph, network, seeds):
    source, weight, equity = network.source.tolist(), network.weight.tolist(), network.equity.tolist()
    out = []
    for seed in seeds:
        down, frontier, lost = {seed}, [seed], {}
        while frontier:
            following = []
            for debtor in frontier:
                for edge in graph.incident(debtor, mode="in"):
                    creditor = source[edge]
                    if creditor in down:
                        continue
                    lost[creditor] = lost.get(creditor, 0) + LOSS_GIVEN_DEFAULT * weight[edge]
                    if lost[creditor] >= equity[creditor]:
                        down.add(creditor)
                        following.append(creditor)
            frontier = following
        out.append(down)
    return out


def cascades_by_numpy(network, seeds):
    """Over the edge list, until nobody follows."""
    loss = LOSS_GIVEN_DEFAULT * network.weight
    out = []
    for seed in seeds:
        down = numpy.zeros(network.nodes, bool)
        down[seed] = True
        while True:
            following = down | (numpy.bincount(network.source, loss * down[network.target], network.nodes) >= network.equity)
            if (following == down).all():
                break
            down = following
        out.append(set(numpy.flatnonzero(down).tolist()))
    return out


def spread(seed, claims_on):
    """Linear DebtRank from one seed: claims_on(debtor) gives creditors with their leverage. The sum of distress."""
    distress, grown = {seed: 1.0}, {seed: 1.0}
    while grown and max(grown.values()) > DISTRESS_TOLERANCE:
        arriving = {}
        for debtor, growth in grown.items():
            for creditor, leverage in claims_on(debtor):
                arriving[creditor] = arriving.get(creditor, 0.0) + leverage * growth
        grown = {}
        for node, more in arriving.items():
            before = distress.get(node, 0.0)
            now = min(1.0, before + more)
            if now > before:
                distress[node], grown[node] = now, now - before
    return sum(distress.values())


def debt_ranks_by_networkx(net, seeds):
    """`net` has leverage as the weight of its edges."""
    claims = {node: [(creditor, edge["weight"]) for creditor, edge in net.pred[node].items()] for node in net}
    return [spread(seed, claims.__getitem__) for seed in seeds]


def debt_ranks_by_igraph(graph, network, seeds):
    source = network.source.tolist()
    leverage = (network.weight / network.equity[network.source]).tolist()

    def claims_on(debtor):
        return [(source[edge], leverage[edge]) for edge in graph.incident(debtor, mode="in")]

    return [spread(seed, claims_on) for seed in seeds]


def debt_ranks_by_numpy(network, seeds):
    leverage = network.weight / network.equity[network.source]
    out = []
    for seed in seeds:
        now = numpy.zeros(network.nodes)
        now[seed] = 1
        grown = now.copy()
        while grown.max() > DISTRESS_TOLERANCE:
            following = numpy.minimum(1, now + numpy.bincount(network.source, leverage * grown[network.target], network.nodes))
            now, grown = following, following - now
        out.append(float(now.sum()))
    return out


def clearing_by_networkx(net, network):
    """From full payment downwards, each node seeing what those before it pay already, as ours."""
    dues, external = network.dues.tolist(), network.external.tolist()
    payments, share = list(dues), [1.0] * network.nodes
    fall = still = CLEARING_TOLERANCE * sum(dues)
    while fall >= still:
        fall = 0.0
        for node in net:
            if dues[node] <= 0:
                continue
            can = external[node] + sum(edge["weight"] * share[debtor] for debtor, edge in net.succ[node].items())
            if can < payments[node]:
                fall = max(fall, payments[node] - can)
                payments[node], share[node] = can, can / dues[node]
    return payments


def clearing_by_numpy(network):
    """The map over the edge list until it stands still."""
    owed = network.weight / network.dues[network.target]
    payments, still = network.dues, CLEARING_TOLERANCE * network.dues.sum()
    while True:
        received = numpy.bincount(network.source, owed * payments[network.target], network.nodes)
        following = numpy.minimum(network.dues, network.external + received)
        fall, payments = (payments - following).max(), following
        if fall <= still:
            return payments.tolist()
