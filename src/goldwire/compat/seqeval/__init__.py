"""seqeval's functions and numbers: change `seqeval` to `goldwire.compat.seqeval` in an import."""
