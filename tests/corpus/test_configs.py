"""What each config shows of the same documents."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings

from goldwire.corpus import chains, facts, sentences
from goldwire.corpus.tokens import flat, grid, off_edges, tokenized
from goldwire.document import Document, Entity, Mention, Relation, Span
from goldwire.labels import RelationLabel
from random_documents import LABEL_SET, documents
from small_corpus import BRIEF, HOW, LABELS, brief, changed, lead, mention

BOTH = [tokenized(lead()), tokenized(brief())]


def test_tokens_cover_all_but_blanks_and_lie_in_one_sentence_each():
    for document in BOTH:
        assert "".join(document.text.split()) == "".join(document.token_texts())
        assert len(document.tokens) == sum(end - start for start, end in grid(document).sentences)


def test_a_document_without_sentences_gets_them_and_a_line_break_ends_one():
    bare = tokenized(Document("d", "Biden to meet Kishida\n\nThe two will talk. No time was given."))
    assert ["Biden to meet Kishida", "The two will talk.", "No time was given."] == [
        bare.text[start:end] for start, end in bare.sentences
    ]


def test_ner_shows_outermost_names_and_values():
    rows = sentences.ner_rows(BOTH, LABELS)
    assert ["B-PERSON", "O", "O", "B-PERSON"] == rows[0]["ner_tags"]
    tags = dict(zip(rows[1]["tokens"], rows[1]["ner_tags"], strict=True))
    assert ("B-GPE", "B-TITLE", "I-PERSON", "B-DATE", "O") == tuple(
        tags[word] for word in ("US", "President", "Biden", "Friday", "meet")
    )
    assert "O" == dict(zip(rows[2]["tokens"], rows[2]["ner_tags"], strict=True))["We"]


def test_ner_conll_leaves_out_what_conll_has_no_label_for():
    tags = {tag for row in sentences.conll_rows(BOTH, LABELS) for tag in row["ner_tags"]}
    assert {"O", "B-PER", "I-PER", "B-LOC"} == tags


def test_the_flat_view_is_never_nested_and_levels_other_than_name_are_not_in_it():
    inner, outer = mention(BRIEF, "Joe", "PERSON", "a"), mention(BRIEF, "Joe Biden", "PERSON", "b")
    nominal = mention(BRIEF, "Joe Biden met", "PERSON", "c", "nominal")
    assert [outer] == flat([inner, nominal, outer])


def test_a_mention_off_the_token_edges_takes_every_token_it_touches_and_is_listed():
    text = "Japanese-made cars reach Tokyo."
    half = Document("d", text, (Mention(0, 5, "NORP", "m1"), Mention(25, 30, "GPE", "m2")), sentences=(Span(0, 31),))
    document = tokenized(half)
    (row,) = sentences.ner_rows([document], LABELS)
    assert "B-NORP" == row["ner_tags"][0]
    assert ["m1"] == [m.id for m in off_edges(document)]


def test_two_mentions_that_share_a_token_get_one_tag_and_the_other_is_counted():
    text = "Anglo–US talks"
    whole = (Span(0, len(text)),)
    found = (Mention(0, 3, "NORP", "m1"), Mention(3, 5, "GPE", "m2"))
    document = Document("d", text, found, sentences=whole, tokens=(Span(0, 8), Span(9, 14)))
    assert {"ner: mentions of the flat view without a tag of their own": 1} == {
        what: count for what, count in sentences.dropped([document], LABELS).items() if what.startswith("ner:")
    }


@settings(max_examples=60)
@given(documents())
def test_tags_are_valid_iob2_and_every_flat_mention_is_shown_or_counted(document):
    whole = tokenized(document)
    tags = ["O", *(tag for row in sentences.ner_rows([whole], LABEL_SET) for tag in row["ner_tags"])]
    assert not any(tag[0] == "I" and before[1:] != tag[1:] for before, tag in pairwise(tags))
    shown = sum(tag[0] == "B" for tag in tags)
    counted = sentences.dropped([whole], LABEL_SET)["ner: mentions of the flat view without a tag of their own"]
    assert len(flat(whole.mentions)) == shown + counted


def test_relations_have_every_gold_relation_once_and_no_mirror_image_of_a_symmetric_one():
    rows = sentences.relations_rows(BOTH, LABELS)
    gold = [row for row in rows if row["relation"]]
    assert [(d.id, r.id) for d in BOTH for r in d.relations] == [(row["document"], row["relation"]) for row in gold]
    pairs = [(row["document"], row["head"]["id"], row["tail"]["id"]) for row in rows]
    assert len(pairs) == len(set(pairs))
    assert ("lead", "m2", "m1") not in pairs and ("lead", "m5", "m3") in pairs
    assert {"no_relation", "met_with", "head_of_state", "has_title"} == {row["label"] for row in rows}


def test_the_ends_of_a_pair_are_ranges_of_the_rows_own_tokens():
    for row in sentences.relations_rows(BOTH, LABELS):
        for end in (row["head"], row["tail"]):
            assert end["text"] == " ".join(row["tokens"][end["start"] : end["end"]])


def test_a_relation_across_sentences_is_counted_where_it_cannot_be_shown():
    far = changed(BOTH[0], relations=(Relation("m1", "m6", "met_with", "r1", (1,), HOW),))
    assert 1 == sentences.dropped([far], LABELS)["relations: relations whose ends stand in two sentences"]


def test_docred_has_every_chain_and_lone_mention_as_a_vertex_and_joins_equal_labels():
    twice = (*BOTH[0].relations, Relation("m5", "m2", "met_with", "r9", (1,), HOW))
    row = chains.docred_rows([changed(BOTH[0], relations=twice)], LABELS)[0]
    names = [[vertex["name"] for vertex in chain] for chain in row["vertexSet"]]
    assert [
        ["Kishida", "Fumio Kishida"],
        ["Biden", "Joe Biden", "he"],
        ["US", "We"],
        ["President"],
        ["Friday"],
    ] == names
    assert (1, 0, [0, 1]) == next((r["h"], r["t"], r["evidence"]) for r in row["labels"] if r["r"] == "met_with")
    for chain in row["vertexSet"]:
        for vertex in chain:
            assert vertex["name"] == " ".join(row["sents"][vertex["sent_id"]][slice(*vertex["pos"])])


def test_coref_clusters_are_the_entities_in_tokens_of_the_document():
    row = chains.coref_rows(BOTH, LABELS)[0]
    assert ["fumio_kishida", "joe_biden", "united_states"] == [cluster["entity"] for cluster in row["clusters"]]
    for span in (span for cluster in row["clusters"] for span in cluster["mentions"]):
        assert span["text"] == " ".join(row["tokens"][span["start"] : span["end"]])


def test_links_give_each_mention_of_an_entity_in_its_sentence():
    rows = chains.links_rows(BOTH, LABELS)
    assert len(rows) == sum(len(e.mentions) for d in BOTH for e in d.entities)
    assert all(row["text"] == row["context"][row["start"] : row["end"]] for row in rows)
    assert ["an official"] == [row["text"] for row in rows if row["nil"]]


def test_a_fact_that_both_documents_state_stands_once_with_both_statements():
    met = next(row for row in facts.rows(BOTH, LABELS) if row["label"] == "met_with")
    assert ("fumio_kishida", "joe_biden") == (met["head"]["entity"], met["tail"]["entity"])
    assert ["lead", "brief"] == met["documents"]
    assert ["planned", "planned", "actual"] == [said["attributes"]["modality"] for said in met["statements"]]
    assert BRIEF == met["statements"][-1]["evidence"]


def test_a_demonym_is_lifted_to_its_country_and_a_title_stands_under_its_name():
    text = "Japanese Prime Minister Fumio Kishida left Japan."
    found = (
        mention(text, "Japanese", "NORP", "m1"),
        mention(text, "Prime Minister", "TITLE", "m2"),
        mention(text, "Fumio Kishida", "PERSON", "m3"),
        mention(text, "Japan", "GPE", "m4", nth=1),
    )
    entities = (
        Entity("japanese", ("m1",), "Japanese people", attributes={"country": "japan"}),
        Entity("fumio_kishida", ("m3",), "Fumio Kishida"),
        Entity("japan", ("m4",), "Japan"),
    )
    said = (Relation("m3", "m1", "head_of_government", "r1", (0,)), Relation("m3", "m2", "has_title", "r2", (0,)))
    rows = facts.rows([tokenized(Document("d", text, found, said, entities, (), (Span(0, len(text)),)))], LABELS)
    assert ["has_title(fumio_kishida, prime minister)", "head_of_government(fumio_kishida, japan)"] == [
        r["id"] for r in rows
    ]
    assert {"entity": "japan", "name": "Japan", "label": "GPE", "link": "Japan"} == rows[1]["tail"]
    assert {"entity": "", "name": "Prime Minister", "label": "TITLE", "link": ""} == rows[0]["tail"]


def test_inverse_labels_state_one_fact():
    inverse = {"owns": RelationLabel(inverse="owned_by"), "owned_by": RelationLabel(inverse="owns")}
    labels = replace(LABELS, relations=inverse)
    said = (Relation("m1", "m2", "owns", "r1", (0,)), Relation("m2", "m1", "owned_by", "r2", (0,)))
    assert 1 == len(facts.facts([changed(BOTH[1], relations=said)], labels))
