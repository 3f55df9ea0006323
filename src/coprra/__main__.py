"""``python -m coprra`` is the command line."""

from coprra.entrypoints.cli.main import main

main()
