"""Label Studio as the annotators' tool: the labelling interface, and a live server's projects in and out."""
