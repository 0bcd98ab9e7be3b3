"""Seeds: read byte for byte or not at all."""

import hashlib

import pytest

from goldwire.annotations.seeds import read_seeds, seed_problems
from goldwire.errors import InputError
from small_corpus import REPOSITORY, write_corpus


def test_the_repositorys_seeds_are_those_that_were_recorded_and_are_read_unchanged():
    seeds = read_seeds(REPOSITORY / "seeds")
    assert ["000_dfeaf30231c5fe63", "004_7b78eea22a0794d6"] == list(seeds)
    for name, seed in seeds.items():
        assert (REPOSITORY / "seeds" / f"{name}.txt").read_bytes() == seed.text.encode()
        assert seed.source.sha256 == hashlib.sha256(seed.text.encode()).hexdigest()
        assert seed.source.rights and seed.source.note


@pytest.mark.parametrize("change", [lambda b: b + b"\n", lambda b: b.replace(b"Biden", b"Bidem", 1), lambda b: b[:-1]])
def test_a_changed_byte_is_an_error_that_names_the_file(tmp_path, change):
    seeds = write_corpus(tmp_path) / "seeds"
    file = seeds / "lead.txt"
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(InputError, match=r"lead\.txt: was changed"):
        read_seeds(seeds)


def test_a_byte_order_mark_and_windows_line_ends_are_part_of_a_seed(tmp_path):
    text = "\ufeffTokyo\r\nJapan"
    (tmp_path / "a.txt").write_bytes(text.encode())
    digest = hashlib.sha256(text.encode()).hexdigest()
    (tmp_path / "sources.toml").write_text(f'[a]\nrights = ""\nsha256 = "{digest}"\n')
    assert text == read_seeds(tmp_path)["a"].text


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ("", "is not in sources.toml"),
        ('[a]\nrights = ""\n', "is not a table of sources"),
        ('[a]\nrights = ""\nsha256 = "0"\n', "was changed"),
        ('[a]\nrights = ""\nsha256 = "0"\nauthor = "x"\n', "unknown key 'author'"),
        ("[a\n", "is not a table of sources"),
        ('[a]\nrights = ""\nsha256 = "0"\n[b]\nrights = ""\nsha256 = "0"\n', "there is no such file"),
    ],
)
def test_what_is_wrong_with_seeds_is_said(tmp_path, sources, found):
    (tmp_path / "a.txt").write_text("Tokyo")
    (tmp_path / "sources.toml").write_text(sources)
    assert any(found in str(problem) for problem in seed_problems(tmp_path))
    with pytest.raises(InputError):
        read_seeds(tmp_path)
