"""Keys for tests; they are public, and so good for nothing else."""

import hashlib

from coprra.domain.keys.key import Key

K1, K2, K3 = (Key(name, hashlib.sha256(f"a key of tests: {name}".encode()).digest()) for name in ("k1", "k2", "k3"))
