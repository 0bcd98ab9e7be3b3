"""Tags scored by the million: lists, columns of integers, Parquet, JSON lines and CoNLL columns become Counts.

What a tag means is defined in goldwire.tags; here it is only counted fast.
"""
