"""The ports in dictionaries: for tests, trials and the first steps of embedders; gone with the process."""
