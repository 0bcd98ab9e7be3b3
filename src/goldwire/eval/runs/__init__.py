"""Systems run over documents: run folders, the bench, the ML backend."""

PREDICTIONS, RUN = "predictions.jsonl", "run.json"
