"""Other tools' interfaces on goldwire's engine: change one import."""
