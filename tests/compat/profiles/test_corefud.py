"""The CorefUD scorer's numbers: its test suite (ufal/corefud-scorer, tests), rebuilt from what its READMEs say of it.

"{(a:2-9,10*,11-13) (d:48)}" is an entity of two mentions by their nodes, "*" marks the head (else the first), 15.1 is
an empty node, and "/15:nsubj" its enhanced dependencies.
"""

import json
import re
from fractions import Fraction

import pytest
from click.testing import CliRunner

from goldwire.cli.score import command
from goldwire.compat.profiles.scores import score_by_profile
from goldwire.errors import InputError

PARTIAL = "corefud-partial-singletons-linear"
HEAD = "corefud-singletons"
EXACT = "corefud-exact-singletons"


def entities(side):
    for entity in re.findall(r"\{([^}]*)\}", side):
        yield [mention(body) for body in re.findall(r"\(\w+:([^)]*)\)", entity)]


def mention(body):
    """Its nodes, its head's place among them (from 1), and its dependencies."""
    body, _, deps = body.partition("/")
    nodes, head = [], None
    for part in body.split(","):
        first, _, last = part.rstrip("*").partition("-")
        nodes += [first] if not last else map(str, range(int(first), int(last) + 1))
        head = len(nodes) if part.endswith("*") else head
    return nodes, head or 1, deps


def cells(side, ids):
    """What MISC says of each node, and DEPS."""
    begun, ended, deps = ({name: [] for name in ids} for _ in range(3))
    for number, mentions in enumerate(entities(side)):
        for nodes, head, said in mentions:
            places = sorted(map(ids.index, nodes))
            runs = [
                [p for p, q in zip(places, range(len(places)), strict=True) if p - q == d]
                for d in sorted({p - q for q, p in enumerate(places)})
            ]
            for turn, run in enumerate(runs, 1):
                name = f"e{number}" + (f"[{turn}/{len(runs)}]" if len(runs) > 1 else "")
                single = ")" if len(run) == 1 else ""
                begun[ids[run[0]]].append((-len(run), f"({name}-x-{head}-{single}"))
                ended[ids[run[-1]]] += [] if single else [(-run[0], f"{name})")]
            deps[nodes[0]] += [said] if said else []
    told = {name: "".join(text for part in (ended, begun) for _, text in sorted(part[name])) for name in ids}
    return {name: (told[name], "".join(deps[name])) for name in ids}


def write(path, side, width=70):
    empty = {node for mentions in entities(side) for nodes, _, _ in mentions for node in nodes if "." in node}
    ids = sorted({*map(str, range(1, width)), *empty}, key=lambda name: tuple(map(int, name.split("."))))
    lines = ["# newdoc id = t", "# global.Entity = eid-etype-head-other"]
    for name, (entity, deps) in cells(side, ids).items():
        misc = f"Entity={entity}" if entity else "_"
        lines.append("\t".join([name, *"_____", "0", "_", deps or "_", misc]))
    path.write_text("\n".join([*lines, "", ""]))
    return path


def figures(tmp_path, key, response, profile):
    paths = write(tmp_path / "key.conllu", key), write(tmp_path / "response.conllu", response)
    return {row.name: (row.recall, row.precision) for row in score_by_profile(profile, *paths).rows}


def numbers(text):
    return pytest.approx([float(Fraction(part)) for part in text.split()], abs=1e-12)


OUTER, INNER = "{(a:2-9,10*,11-13) (d:48)}", "{(b:2,3*,4-5) (c:30-32) (e:63-64) (f:67)}"
FIRST = "{(a:2-13) (d:48)}"  # the head is its first word
SAME = "{(a:2-3,4*,5-13) (d:48)} {(b:2-3,4*,5) (c:30-32) (e:63-64) (f:67)}"
WHOLE, SPLIT = "{(a:2-9,10*,11-13) (c:48)}", "{(a:2-7,10*,11,13) (c:48)}"
REST = "{(b:30-33) (d:63-64) (e:67)}"
ZERO = "{(a:1,2)} {(b:4-7) (c:11) (e:15,15.1*,16-17)} {(d:13,14) (f:19)}"
WORD = ZERO.replace("15,15.1*", "15*,15.1")
SHORT, EMPTY = WORD.replace("15.1,16-17", "15.1"), WORD.replace("15*,15.1,16-17", "15,15.1*")
ONE, OTHER = "{(a:1,2) (c:12) (d:%s)} {(b:4-7) (e:19)}", "{(a:1,2) (c:12) (d:%s)} {(b:4-7) (x:%s) (e:19)}"
NSUBJ, DEPS = ONE % "15.1/15:nsubj", ONE % "15.1/13:a|14:b|15:c"


def pair(one, other):
    last = f"(b:{other}) " if other else ""
    return f"{{(a:{one}) (d:48)}} {{{last}(c:30-32) (e:63-64) (f:67)}}"


def alone(one):
    return f"{{(a:{one}) (c:48)}} {REST}"


ALL, MISSED, HALF = ("1 1", "1 1"), ("2/3 2/3", "7/10 7/10"), ("2/3 2/3", "26/36 26/36")
PUBLISHED = {  # name: key, response, profile, recall and precision of MUC, of B³, of the mentions' overlap
    "OLMA1": (f"{OUTER} {INNER}", pair("2-13", "2-5"), PARTIAL, *ALL, "1 1"),
    "OLMA2": (f"{OUTER} {INNER}", pair("10", "3"), PARTIAL, *ALL, "9/23 1"),
    "OLMA3": (f"{OUTER} {INNER}", pair("4-11", "3-5"), PARTIAL, *ALL, "18/23 1"),
    "OLMA4": (f"{OUTER} {INNER}", pair("9-11", "4-5"), PARTIAL, "3/4 3/4", "17/24 17/24", "12/23 1"),
    "OLMA5": (f"{OUTER} {INNER}", pair("4-11", ""), PARTIAL, "3/4 1", "17/24 1", "15/23 1"),
    "OLMA6": (f"{OUTER} {INNER}", pair("4-5", ""), PARTIAL, "1/2 2/3", "11/24 7/10", "9/23 1"),
    "OLMB1": (f"{FIRST} {INNER}", pair("2-13", "2-5"), PARTIAL, *ALL, "1 1"),
    "OLMB2": (f"{FIRST} {INNER}", pair("2", "3"), PARTIAL, *ALL, "9/23 1"),
    "OLMB3": (f"{FIRST} {INNER}", pair("2-4", "3-5"), PARTIAL, *ALL, "13/23 1"),
    "OLMB4": (f"{FIRST} {INNER}", pair("2", "3-7"), PARTIAL, "3/4 3/4", "17/24 17/24", "13/23 1"),
    "OLMB5": (f"{FIRST} {INNER}", pair("2-11", ""), PARTIAL, "3/4 1", "17/24 1", "17/23 1"),
    "OLMB6": (f"{FIRST} {INNER}", pair("4-5", ""), PARTIAL, "1/2 2/3", "11/24 7/10", "9/23 1"),
    "OLMC1": (SAME, pair("2-13", "2-5"), PARTIAL, *ALL, "1 1"),
    "OLMC2": (SAME, pair("4", ""), PARTIAL, "2/4 2/3", "3/6 4/5", ""),
    "OLMC3": (SAME, pair("4-6", ""), PARTIAL, "3/4 1", "17/24 1", ""),
    "OLMC4": (SAME, pair("4-9", "2-4"), PARTIAL, *ALL, ""),
    **{
        f"NCMA{n}": (f"{WHOLE} {REST}", alone(a), PARTIAL, *(ALL if n in (1, 2, 5) else MISSED), "")
        for n, a in enumerate(["2-13", "5-12", "5-15", "11-13", "4-10,12", "1-5,10-11", "4-6,11-13"], 1)
    },
    **{
        f"NCMB{n}": (f"{SPLIT} {REST}", alone(a), PARTIAL, *(ALL if n < 3 else MISSED), "")
        for n, a in enumerate(["2-7,10-11,13", "10", "10-13", "13", "5-10", "2-4,6-10", "2-4,10-17", "2-4,13"], 1)
    },
    "ZD1": (ZERO, ZERO, PARTIAL, *ALL, ""),
    "ZD2": (ZERO, WORD, PARTIAL, *ALL, ""),
    "ZD2 head": (ZERO, WORD, f"{HEAD}-linear", *HALF, ""),
    "ZD3": (ZERO, SHORT, PARTIAL, *ALL, ""),
    "ZD3 exact": (ZERO, SHORT, f"{EXACT}-linear", *HALF, ""),
    "ZD3 head": (ZERO, SHORT, f"{HEAD}-linear", *HALF, ""),
    "ZE1": (WORD, EMPTY, PARTIAL, *ALL, ""),
    "ZE1 head": (WORD, EMPTY, f"{HEAD}-linear", *HALF, ""),
    "ZE2": (WORD, EMPTY.replace("15.1*,16-17", "15.1*"), PARTIAL, *ALL, ""),
    "ZF1": (NSUBJ, NSUBJ, HEAD, *ALL, ""),
    "ZF2": (NSUBJ, ONE % "17.1/15:nsubj", HEAD, *ALL, ""),
    "ZF2 linear": (NSUBJ, ONE % "17.1/15:nsubj", f"{HEAD}-linear", "2/3 2/3", "2/3 2/3", ""),
    "ZF3": (NSUBJ, ONE % "17.1/15:dep", HEAD, *ALL, ""),
    "ZF3 linear": (NSUBJ, ONE % "17.1/15:dep", f"{HEAD}-linear", "2/3 2/3", "2/3 2/3", ""),
    "ZF4": (NSUBJ, OTHER % ("15.1/15:dep", "13.1/15:nsubj"), HEAD, "2/3 1/2", "11/15 1/2", ""),
    "ZF4 linear": (NSUBJ, OTHER % ("15.1/15:dep", "13.1/15:nsubj"), f"{HEAD}-linear", "1 3/4", "1 13/18", ""),
    "ZG1": (DEPS, ONE % "15.1/15:c", HEAD, *ALL, ""),
    "ZG2": (DEPS, OTHER % ("15.2/13:a|15:x", "15.1/13:a|18:x"), HEAD, "1 3/4", "1 13/18", ""),
    "ZG3": (DEPS, OTHER % ("15.2/13:a", "15.1/13:x|14:y|15:z"), HEAD, "1 3/4", "1 13/18", ""),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_partial_head_and_zero_matching_give_the_suites_numbers(name, tmp_path):
    key, response, profile, muc, b3, overlap = PUBLISHED[name]
    found = figures(tmp_path, key, response, profile)
    expected = {"muc": muc, "b3": b3, "mor": overlap}
    assert {metric: found[metric] for metric in expected if expected[metric]} == {
        metric: numbers(text) for metric, text in expected.items() if text
    }


KEY = "a bc def"
BASIC = {  # of the suite's cases of one-word mentions: recall and precision
    "A2": (KEY, "a df", {"lea": "1/3 1", "ceafm": "1/2 1", "ceafe": "3/5 9/10", "blanc": "19/88 1"}),
    "A3": (KEY, "a bcx defy z", {"lea": "1 4/9", "ceafm": "1 2/3", "ceafe": "31/35 93/140", "blanc": "1 23/54"}),
    "A4": (KEY, "a bcx dy z", {"lea": "1/2 2/7", "ceafm": "2/3 4/7", "ceafe": "11/15 11/20", "blanc": "31/88 37/136"}),
    "A5": (KEY, "a bcxB dy z", {"lea": "1/2 5/24", "ceafm": "2/3 1/2", "blanc": "31/88 4/21"}),
    "A6": (KEY, "a bcx dy Bz", {"lea": "1/2 1/4", "ceafe": "11/15 11/20", "blanc": "31/88 24/115"}),
    "A10": (KEY, "a b c d e f", {"muc": "0 0", "lea": "1/6 1/6", "blanc": "1/2 11/30"}),
    "A11": (KEY, "abcdef", {"lea": "5/6 4/15", "blanc": "1/2 2/15"}),
    "A12": (KEY, "a x y c d e z", {"lea": "1/6 1/7"}),
    "A13": (KEY, "axycdez", {"lea": "1/6 1/21", "blanc": "1/8 1/42"}),
    "B1": ("ab cde", "bcx de", {"lea": "1/5 2/5", "blanc": "7/24 7/24"}),
    "C1": ("ab cde fg", "bcx de fg", {"lea": "3/7 4/7", "blanc": "41/80 41/80"}),
    "L1": ("ABC DEFG", "AB CD FGH", {"muc": "2/5 2/4", "lea": "5/21 3/7"}),
    "M3": ("abcdef", "ab cde f", {"lea": "4/15 5/6", "blanc": "2/15 1/2"}),
    "M6": ("abcdef", "ab cxy z", {"lea": "1/15 1/3", "blanc": "1/30 1/8"}),
    "N3": ("a b c d e f", "ab cde f", {"lea": "1/6 1/6", "blanc": "11/30 1/2"}),
    "N6": ("a b c d e f", "ab cxy z", {"lea": "0 0", "blanc": "1/15 1/11"}),
}


def words(clusters):
    order = "abcdefghijABCDEFGHIJKLxyz"
    bodies = (" ".join(f"(m:{order.index(one) + 1})" for one in cluster) for cluster in clusters.split())
    return " ".join(f"{{{body}}}" for body in bodies)


@pytest.mark.parametrize("name", BASIC)
def test_basic_cases_of_the_suite_with_lea_and_a_blanc_of_its_own(name, tmp_path):
    key, response, expected = BASIC[name]
    found = figures(tmp_path, words(key), words(response), EXACT)
    assert {metric: found[metric] for metric in expected} == {m: numbers(text) for m, text in expected.items()}


def test_the_command_line_gives_the_default_way_without_singletons_and_names_it(tmp_path):
    key = write(tmp_path / "key.conllu", f"{OUTER} {INNER} {{(s:20)}}")
    response = write(tmp_path / "response.conllu", pair("4-11", "3-4"))
    found = CliRunner().invoke(command, [str(response), "--gold", str(key), "--profile", "corefud", "--json"])
    told = json.loads(found.stdout)
    assert [(row["name"], row["f1"]) for row in told["scores"]][:3] == [("conll", 0.75), ("muc", 0.75), ("b3", 0.75)]
    assert "head-one-to-one,zeros-dependent" in str(told["settings"])


def test_anaphoric_zeros_are_counted_by_their_antecedents(tmp_path):
    key = "{(a:1) (d:15.1/15:nsubj)} {(b:4) (e:19) (f:25.1/24:obj)}"
    response = "{(a:1) (d:15.1/15:nsubj) (f:25.1/24:obj)} {(b:4) (e:19) (x:30.1/31:obj)}"
    assert figures(tmp_path, key, response, HEAD)["zeros"] == (1 / 2, 1 / 3)


def test_other_words_or_documents_and_unknown_options_are_refused(tmp_path):
    key = write(tmp_path / "key.conllu", ONE % "15.1")
    with pytest.raises(InputError, match="has other words than the gold"):
        score_by_profile("corefud", key, write(tmp_path / "short.conllu", ONE % "15.1", width=30))
    double = tmp_path / "double.conllu"
    double.write_text(key.read_text() + key.read_text())
    with pytest.raises(InputError, match="has 2 documents where the gold has 1"):
        score_by_profile("corefud", key, double)
    with pytest.raises(InputError, match="'corefud-fuzzy' is none"):
        score_by_profile("corefud-fuzzy", key, key)
    with pytest.raises(InputError, match="takes files, no documents"):
        score_by_profile("corefud", [], [])
