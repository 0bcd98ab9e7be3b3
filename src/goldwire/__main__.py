"""`python -m goldwire`."""

from goldwire.cli import main

main()
