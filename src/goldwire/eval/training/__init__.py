"""Reference models trained on any corpus."""
