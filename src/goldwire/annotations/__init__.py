"""The annotations stage: seeds, checks, passes and adjudication (the folders seeds/ and annotations/)."""
