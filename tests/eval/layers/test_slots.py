"""mentions/muc: two slots a mention, its text and its type; what jantrienes/nereval's own tests expect."""

import pytest

from goldwire import score
from goldwire.document import Document, Mention

TRUE = [(0, 17, "Productname"), (18, 24, "Productname"), (25, 30, "Dimension")]
SAID = [(0, 12, "Productname"), (13, 17, "Productname"), (18, 24, "Productname"), (25, 30, "Productname")]
SAID += [(35, 38, "Productname")]


def document(spans):
    return Document("a", "", tuple(Mention(*span) for span in spans))


@pytest.mark.parametrize(
    ("gold", "pred", "f1"),
    [(TRUE, SAID, 0.5), (SAID, TRUE, 0.5), (TRUE[:1], SAID[:2], 1 / 3), (TRUE, [], 0), ([], TRUE, 0)],
)
def test_text_and_type_are_a_half_each_one_to_one(gold, pred, f1):
    assert score([document(gold)], [document(pred)], measures=["mentions/muc"])["mentions/muc"].f1 == pytest.approx(f1)
