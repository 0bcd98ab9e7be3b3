"""Systems run over documents: run folders, the bench, the ML backend."""
