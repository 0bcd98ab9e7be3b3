"""NER of stanza: `stanza:LANGUAGE`, or `stanza:LANGUAGE:PACKAGE` (en:ontonotes-ww-multi_charlm)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from goldwire.document import Document, Mention, canonical
from goldwire.errors import InputError
from goldwire.eval.systems.base import Context, Predictor, System, answered, optional, versions
from goldwire.eval.systems.weights import weights_hash

SETTINGS = {
    "download": "whether missing models are fetched (false)",
    "gpu": "whether a GPU is used (false)",
    "options": "further arguments of stanza.Pipeline: dir, processors, ner_model_path, ... ({})",
}


def load(system: System, context: Context) -> Predictor:
    """Load the pipeline.

    Raises:
        MissingExtra: stanza is not installed.
        InputError: the models are not there.
    """
    del context
    nlp = _pipeline(optional("stanza", "stanza", "stanza", "a stanza pipeline"), system)

    def predict(documents: Iterable[Document]) -> Iterator[Document]:
        for document in documents:
            found = (Mention(e.start_char, e.end_char, e.type) for e in nlp(document.text).entities)
            yield canonical(answered(document, found))

    weights = {"sha256": weights_hash(trainer.model for trainer in nlp.processors["ner"].trainers)}
    return Predictor(predict, {**versions("stanza", "torch"), "model": system.model, **weights})


def _pipeline(stanza: Any, system: System) -> Any:
    language, _, package = system.model.partition(":")
    method = stanza.DownloadMethod.REUSE_RESOURCES if system.setting("download", False) else None
    chosen = {"package": {"ner": package}} if package else {}
    plain = {"processors": "tokenize,ner", "download_method": method, "use_gpu": system.setting("gpu", False)}
    try:
        return stanza.Pipeline(language or "en", verbose=False, **{**plain, **chosen, **system.setting("options", {})})
    except Exception as error:  # stanza raises types of its own for missing models
        mend = "set download=true, or fetch them: python -c 'import stanza; stanza.download(LANGUAGE)'"
        raise InputError(f"stanza:{system.model}", f"cannot be loaded: {error}", mend) from error
