"""seqeval's two reports, a dictionary and a text table, as `seqeval.reporters` names them."""

from __future__ import annotations

from typing import Any


class DictReporter:
    """Rows by name."""

    def __init__(self) -> None:
        """Start without rows."""
        self.report_dict: dict[str, dict[str, Any]] = {}

    def report(self) -> dict[str, dict[str, Any]]:
        """Give the rows."""
        return self.report_dict

    def write(self, row_name: str, precision: float, recall: float, f1: float, support: int) -> None:
        """Add a row."""
        self.report_dict[row_name] = {"precision": precision, "recall": recall, "f1-score": f1, "support": support}

    def write_blank(self) -> None:
        """Add nothing: dictionaries have no blank rows."""


class StringReporter:
    """A table of text: names to the right, numbers with so many digits."""

    def __init__(self, width: int = 10, digits: int = 4) -> None:
        """Start without rows; width is that of the names."""
        self.buffer: list[str] = []
        self.width, self.digits = width, digits

    def report(self) -> str:
        """Give header and rows."""
        return self.write_header() + "\n".join(self.buffer)

    def write(self, row_name: str, precision: float, recall: float, f1: float, support: int) -> None:
        """Add a row."""
        numbers = "".join(f" {number:>9.{self.digits}f}" for number in (precision, recall, f1))
        self.buffer.append(f"{row_name:>{self.width}s} {numbers} {support:>9}")

    def write_header(self) -> str:
        """Give the header and the blank line below it."""
        names = "".join(f" {name:>9}" for name in ("precision", "recall", "f1-score", "support"))
        return f"{'':>{self.width}s} {names}\n\n"

    def write_blank(self) -> None:
        """Add a blank line."""
        self.buffer.append("")
