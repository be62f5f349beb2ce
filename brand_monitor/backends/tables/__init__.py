"""Tables: the relational store, SQLite or PostgreSQL. Holds the journal of paid calls."""
