"""For those who embed coprra or write adapters: contract suites, builders and hypothesis strategies."""
