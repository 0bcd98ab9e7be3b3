"""goldwire: a gold-labelled newswire corpus and the harness that scores extraction models against it."""

__version__ = "0.1.0"
