"""TinyDB's own tests of its tables, run against ours: ``db`` is the fixture they ask for."""
