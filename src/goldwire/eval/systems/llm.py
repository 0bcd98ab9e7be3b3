"""A language model behind an OpenAI-compatible endpoint, local servers included, as a system.

The prompt is in llm_prompt, requests in llm_client, reading answers in llm_answer, finding their strings in alignment.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from goldwire.document import Document, Mention, Relation, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.alignment import Aligned, align, counts
from goldwire.eval.systems.base import Context, NoAnswer, Predictor, System, answered, in_order, versions
from goldwire.eval.systems.llm_answer import Said
from goldwire.eval.systems.llm_client import Client, client
from goldwire.eval.systems.llm_prompt import Task, example, messages, pieces, task
from goldwire.eval.systems.string_view import UNPLACED
from goldwire.formats.base import Notes
from goldwire.formats.files import sha256

SETTINGS = {
    "base_url": "the server's address, such as http://localhost:11434/v1 (that of the openai package)",
    "key_env": "the environment variable that holds the key (OPENAI_API_KEY); a local server may need none",
    "labels": "labels to ask for (all of the corpus's label set)",
    "relations": "whether to ask for relations as well (false)",
    "examples": "documents of the gold that are shown as examples, never the one asked about (0)",
    "example_size": "characters of an example (1500)",
    "piece": "characters of a text that are asked about at a time (6000)",
    "workers": "requests at a time (4)",
    "form": "how JSON is asked for: json_schema, json_object, none, or auto, which tries them in this order (auto)",
    "temperature": "temperature (0)",
    "max_tokens": "the longest answer, in tokens (4096)",
    "parameters": 'further parameters of the request; a value "none" leaves one out ({})',
    "timeout": "seconds to wait for an answer (120)",
    "retries": "further attempts after a busy or failing server's answer, or one that is no JSON (4)",
    "pause": "seconds before the first further attempt, doubled each time (1)",
    "longest_pause": "the longest pause in seconds, whatever the server asks for (60)",
    "cache": "whether answers are kept on disk and used again (true)",
    "price_in": "price of a million prompt tokens (0)",
    "price_out": "price of a million completion tokens (0)",
}
MENDED = "replies whose JSON was mended (quotes, commas, comments)"
UNRELATED = "relations with an end or label that is none"


def load(system: System, context: Context) -> Predictor:
    """Prepare the prompt and the client; nothing is sent yet.

    Raises:
        InputError: a setting is wrong, there are no labels, or the key is not set.
    """
    if not system.model:
        raise InputError(f"system {system.name}", "names no model", "write llm:MODEL")
    asked = task(system, context.labels)
    server = client(system, asked.schema(), context.cache)
    shots = _shots(system, context, asked)
    notes, workers = Notes(), system.setting("workers", 4, least=1)
    work = partial(_work, server, asked, shots, system.setting("piece", 6000, least=1))

    def predict(documents: Iterable[Document]) -> Iterator[Document | NoAnswer]:
        for source, done in in_order(work, documents, workers):
            answer, used = (done, Counter[str]()) if isinstance(done, NoAnswer) else done
            for what, times in sorted(used.items()):
                notes.add(what, source.id, times)
            yield answer

    return Predictor(predict, _description(system, server, asked, shots), notes)


def _shots(system: System, context: Context, asked: Task) -> dict[str, tuple[str, str]]:
    number = system.setting("examples", 0)
    gold = sorted(context.gold, key=lambda document: document.id)
    if number and len(gold) <= number:
        found = f"wants {number} examples besides the document asked about, of {len(gold)} gold documents"
        raise InputError(f"system {system.name}", found, "lower examples, or run over more documents")
    size = system.setting("example_size", 1500)
    return {document.id: example(document, asked, size) for document in gold[: number + 1]} if number else {}


def _work(
    server: Client, asked: Task, shots: dict[str, tuple[str, str]], piece: int, document: Document
) -> tuple[Document | NoAnswer, Counter[str]]:
    """Give a document as the model sees it, or why there is none, and what was used and how its answers were found."""
    others = [shot for name, shot in shots.items() if name != document.id][: max(0, len(shots) - 1)]
    mentions, relations, lost = list[Mention](), list[Relation](), list[Aligned]()
    used: Counter[str] = Counter()
    for start, end in pieces(document, piece):
        text = document.text[start:end]
        if text.strip():
            try:
                said = server.ask(messages(asked, text, others), used)
            except NoAnswer as error:
                return error, used
            lost += _place(said, text, start, asked, (mentions, relations, used))
    result = canonical(answered(document, mentions, relations))
    return (_with_unplaced(result, lost) if lost else result), used


def _place(
    said: Said, text: str, offset: int, asked: Task, into: tuple[list[Mention], list[Relation], Counter[str]]
) -> list[Aligned]:
    """Add what was said to mentions, relations and counts; give the answers that have no place."""
    mentions, relations, used = into
    aligned = align(text, said.mentions, asked.mentions)
    used.update({f"answers {status}": times for status, times in counts(aligned).items()})
    used.update(+Counter({UNRELATED: said.unread, MENDED: int(said.mended)}))
    ids: dict[int, str] = {}
    for index, result in enumerate(aligned):
        if result.span is not None:
            ids[index] = f"m{len(mentions) + 1}"
            start, end = (point + offset for point in result.span)
            mentions.append(Mention(start, end, result.answer.label, ids[index], level="name"))
    for head, tail, label in said.relations:
        if head in ids and tail in ids and label in asked.relations and head != tail:
            relations.append(Relation(ids[head], ids[tail], label))
        else:
            used[UNRELATED] += 1
    return [result for result in aligned if result.span is None]


def _with_unplaced(document: Document, lost: Iterable[Aligned]) -> Document:
    """Keep answers without a place in the metadata: scores over strings count them, too."""
    rows = [{"text": str(a.answer.text), "label": a.answer.label, "status": a.status} for a in lost]
    return replace(document, metadata={**document.metadata, UNPLACED: json.dumps(rows, ensure_ascii=False)})


def _description(system: System, server: Client, asked: Task, shots: dict[str, tuple[str, str]]) -> dict[str, object]:
    shown = sha256(json.dumps([asked.instructions(), list(shots.items())], ensure_ascii=False).encode())
    return {
        **versions("openai"),
        "address": server.address,
        "parameters": server.parameters,
        "prompt": shown,
        "examples": list(shots),
        "mention_labels": list(asked.mentions),
        "relation_labels": list(asked.relations),
        "strings": True,
    }
