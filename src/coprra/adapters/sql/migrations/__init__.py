"""The history of the tables, a file for each step; `run` takes a database through it."""
