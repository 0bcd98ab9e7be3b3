"""The eval stage: systems, runs, measures, scores and their statistics (the folder eval/)."""
