"""How the tables of the journal became what they are: one file per revision, run by alembic (``migrating``).

Rules of a revision:

- Expand first: add tables, columns with a default in the database, indexes. The version before goes on
  working on the new tables, so that a fleet can be replaced pod by pod.
- Contract one version later: drop what nothing reads any more. Such a revision says so in its first line.
- It names columns itself and never imports ``schema``: that one changes, a revision never does.
- It goes both ways on SQLite (batch mode) and on PostgreSQL. A way back that would lose calls refuses.
- Add it to ``migrating`` (``_REVISIONS``); a test compares the end of the chain with ``schema``.
"""
