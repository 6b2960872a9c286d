#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads an exported graph in all formats and compares them: read_graph_exports.py FOLDER NODES EDGES

Of what `faultline graph export` wrote from a store: read_graph_exports.py --stored FOLDER, with graph-nodes.csv, graph-edges.csv,
graph.graphml, graph.gexf, graph.json and, for DeXposure, week.json.

Exit code: 0 all say the same, 1 with the first difference.
"""

import csv
import inspect
import json
import pathlib
import re
import sys
from decimal import Decimal
from xml.etree import ElementTree

import igraph
import networkx
from networkx.readwrite import json_graph

ODD_LABEL = 'issuer:<a href="x">&amp;,\'q\'\r\n\ttwo\ufffd\ufffd'
INTEGERS = {"decimals", "amount_block"}
DECIMALS = {"usd"}
GEXF = "{http://www.gexf.net/1.2draft}"
NODE_FIELDS = {"label", "kind", "category", "accounts"}
EDGE_FIELDS = {
    "kind", "part", "part_name", "token", "decimals", "proof", "amount", "amount_status", "amount_reason",
    "amount_block", "usd", "usd_status", "usd_reason",
}


def typed(fields):
    """What a CSV row says, in the types of the other formats; what is empty is absent."""
    out = {}
    for name, text in fields.items():
        if text:
            out[name] = int(text) if name in INTEGERS else float(text) if name in DECIMALS else text
    return out


def from_csv(folder, prefix=""):
    with open(folder / f"{prefix}nodes.csv", newline="", encoding="utf-8") as file:
        nodes = {row.pop("id"): typed(row) for row in csv.DictReader(file, strict=True)}
    with open(folder / f"{prefix}edges.csv", newline="", encoding="utf-8") as file:
        edges = {
            row.pop("id"): (row.pop("source"), row.pop("target"), typed(row))
            for row in csv.DictReader(file, strict=True)
        }
    return nodes, edges


def only(fields, names):
    return {name: value for name, value in fields.items() if name in names}


def from_networkx(graph):
    assert graph.is_directed() and graph.is_multigraph()
    nodes = {node: only(fields, NODE_FIELDS) for node, fields in graph.nodes(data=True)}
    edges = {
        key: (source, target, only(fields, EDGE_FIELDS)) for source, target, key, fields in graph.edges(keys=True, data=True)
    }
    return nodes, edges


def from_json(path, chain="ethereum & friends", block=21000000):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'"usd":(?!\d+\.\d{8}[,}])', text), "usd has eight decimals"
    names = inspect.signature(json_graph.node_link_graph).parameters
    graph = json_graph.node_link_graph(json.loads(text), **{"edges" if "edges" in names else "link": "edges"})
    assert chain is None or (graph.graph["chain"], graph.graph["block"]) == (chain, block), graph.graph
    return from_networkx(graph)


def from_gexf(path):
    return from_networkx(networkx.read_gexf(path))


def check_gexf(path, edges):
    """The structure of GEXF 1.2draft: what is in what, in which order, and that references lead somewhere."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == GEXF + "gexf" and root.get("version") == "1.2"
    assert [child.tag for child in root] == [GEXF + "meta", GEXF + "graph"]
    graph = root.find(GEXF + "graph")
    assert (graph.get("defaultedgetype"), graph.get("mode")) == ("directed", "static")
    assert [child.tag for child in graph] == [GEXF + name for name in ("attributes", "attributes", "nodes", "edges")]
    declared = {}
    for attributes in graph.findall(GEXF + "attributes"):
        declared[attributes.get("class")] = {item.get("id") for item in attributes}
        assert {item.get("type") for item in attributes} <= {"string", "long", "double"}
    ids = [node.get("id") for node in graph.find(GEXF + "nodes")]
    assert len(ids) == len(set(ids))
    for kind, items in (("node", graph.find(GEXF + "nodes")), ("edge", graph.find(GEXF + "edges"))):
        for item in items:
            assert item.tag == GEXF + kind
            named = [value.get("for") for value in item.iter(GEXF + "attvalue")]
            assert len(named) == len(set(named)) and set(named) <= declared[kind]
    for edge in graph.find(GEXF + "edges"):
        assert {edge.get("source"), edge.get("target")} <= set(ids)
        usd = edges[edge.get("id")][2].get("usd")
        assert (usd is None) == (edge.get("weight") is None)
        assert usd is None or float(edge.get("weight")) == usd


def from_igraph(path):
    graph = igraph.Graph.Read_GraphML(str(path))
    assert graph.is_directed()

    def fields(item, names):
        # igraph has every field everywhere: nan or nothing where the file has none.
        return {name: value for name, value in only(item.attributes(), names).items() if value == value and value != ""}

    # igraph 0.10 does not resolve the ampersand of an XML attribute, such as an id; of text it does.
    ids = [vertex["id"].replace("&#38;", "&") for vertex in graph.vs]
    nodes = {ids[vertex.index]: fields(vertex, NODE_FIELDS) for vertex in graph.vs}
    edges = {edge["id"]: (ids[edge.source], ids[edge.target], fields(edge, EDGE_FIELDS)) for edge in graph.es}
    return nodes, edges


def compare(name, got, expected):
    for kind, have, want in zip(("node", "edge"), got, expected):
        assert have.keys() == want.keys(), f"{name}: other {kind}s: {sorted(have.keys() ^ want.keys())[:5]}"
        for key, value in want.items():
            assert have[key] == value, f"{name}: {kind} {key} is {have[key]!r} and not {value!r}"
    print(f"{name}: {len(got[0])} nodes and {len(got[1])} edges, as in the others")


def cents(edges, kinds):
    """What edges of these kinds come to, exactly, in the last of eight decimals."""
    return sum(round(Decimal(repr(fields["usd"])) * 10**8) for _, _, fields in edges.values() if fields["kind"] in kinds and "usd" in fields)


def check_dexposure(path, edges):
    """The week has one date; sizes come to what markets hold and are owed, compositions to their sizes, links lead to nodes."""
    ((_, week),) = json.loads(path.read_text(encoding="utf-8"))["data"].items()
    ids = [node["id"] for node in week["nodes"]]
    assert len(ids) == len(set(ids)) > 0
    held = sum(node["size"] for node in week["nodes"])
    wanted = cents(edges, {"liquidity", "debt"}) / 1e8
    assert abs(held - wanted) <= 1e-9 * wanted, f"DeXposure: nodes hold {held}, edges come to {wanted}"
    for item in week["nodes"] + week["links"]:
        assert abs(sum(item["composition"].values()) - item["size"]) <= 1e-9 * item["size"], item
    assert all({link["source"], link["target"]} <= set(ids) for link in week["links"])
    print(f"DeXposure: {len(ids)} nodes and {len(week['links'])} links, sums as in the edges")


def stored(folder):
    expected = from_csv(folder, "graph-")
    assert len(expected[0]) > 0 and len(expected[1]) > 0
    every = {fields["kind"] for _, _, fields in expected[1].values()}
    for name, got in (
        ("networkx, GraphML", from_networkx(networkx.read_graphml(folder / "graph.graphml"))),
        ("networkx, GEXF", from_gexf(folder / "graph.gexf")),
        ("networkx, JSON", from_json(folder / "graph.json", None)),
        ("igraph, GraphML", from_igraph(folder / "graph.graphml")),
    ):
        compare(name, got, expected)
        assert cents(got[1], every) == cents(expected[1], every) > 0, f"{name}: other sums"
    check_gexf(folder / "graph.gexf", expected[1])
    check_dexposure(folder / "week.json", expected[1])


def main():
    if sys.argv[1] == "--stored":
        stored(pathlib.Path(sys.argv[2]))
        return
    folder, nodes, edges = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    expected = from_csv(folder)
    assert (len(expected[0]), len(expected[1])) == (nodes, edges)
    assert any(fields["label"] == ODD_LABEL for fields in expected[0].values()), "the odd label is not as it was"
    assert any(int(fields.get("amount", 0)) > 2**128 for _, _, fields in expected[1].values())
    compare("networkx, GraphML", from_networkx(networkx.read_graphml(folder / "graph.graphml")), expected)
    compare("networkx, GEXF", from_gexf(folder / "graph.gexf"), expected)
    compare("networkx, JSON", from_json(folder / "graph.json"), expected)
    compare("igraph, GraphML", from_igraph(folder / "graph.graphml"), expected)
    check_gexf(folder / "graph.gexf", expected[1])


if __name__ == "__main__":
    main()
