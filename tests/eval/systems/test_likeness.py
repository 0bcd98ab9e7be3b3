"""The fuzzy search gives what asking every stretch gives, and is fast where a model makes up names by the thousand."""

import re
import time
from difflib import SequenceMatcher

from hypothesis import example, given
from hypothesis import strategies as st

from goldwire.eval.systems.likeness import LIKENESS, Stretches

WORDS = st.sampled_from(["biden", "bidan", "ukraine", "ukrane", "u.s", "of", "2021", "2012", "kyiv's", "東京", "٣"])
TEXTS = st.lists(WORDS, max_size=9).map(" ".join)


def brute(text, wanted):
    """Ask every stretch of about as many words that has a word's first two letters."""
    words = [found.span() for found in re.finditer(r"[^\W_]+(?:['.&][^\W_]+)*", text)]
    asked = re.findall(r"\w+", wanted)
    alike = {}
    for first in range(len(words)):
        for size in range(max(1, len(asked) - 1), min(len(asked) + 1, len(words) - first) + 1):
            start, end = words[first][0], words[first + size - 1][1]
            near = {text[s : s + 2] for s, _ in words[first : first + size]} & {word[:2] for word in asked}
            if near and re.findall(r"\d+", text[start:end]) == re.findall(r"\d+", wanted):
                alike[start, end] = SequenceMatcher(None, text[start:end], wanted, autojunk=False).ratio()
    best = max(alike.values(), default=0)
    return sorted(place for place, found in alike.items() if found == best >= LIKENESS)


@given(TEXTS, TEXTS | st.text("biden u'", min_size=1, max_size=12))
@example("bidan of ukraine", "biden of ukrane")
@example("", "biden")
@example("biden", "")
def test_what_is_most_like_is_what_asking_every_stretch_gives(text, wanted):
    assert Stretches(text).most_like(wanted) == brute(text, wanted)


def test_two_thousand_made_up_names_are_looked_for_in_seconds():
    stretches = Stretches(" ".join(f"annabel{number}" for number in range(2000)))
    before = time.process_time()
    assert [stretches.most_like(f"annabex{number}") for number in range(2000)].count([]) == 0
    assert time.process_time() - before < 6  # one stretch at a time, it was 16 and more
