"""The corpus stage: building, reading and loading the published dataset (the folder corpus/)."""
