"""HTTP: a WSGI application over the use cases, and a server to run it."""
