"""Tags scored by the million: lists, columns of integers, Parquet, JSON lines and CoNLL columns become Counts.

What a tag means is defined in goldwire.tags; here it is only counted fast.
"""

from goldwire.eval.tagging.counting import MEASURES, ROWS
from goldwire.eval.tagging.scoring import (
    file_scheme,
    score_tag_columns,
    score_tag_datasets,
    score_tag_files,
    score_tags,
)

__all__ = [
    "MEASURES",
    "ROWS",
    "file_scheme",
    "score_tag_columns",
    "score_tag_datasets",
    "score_tag_files",
    "score_tags",
]
