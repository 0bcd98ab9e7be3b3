"""The measures of every layer: mentions, relations, coreference, links; and the matching they share."""
