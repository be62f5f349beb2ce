"""Tables: the relational store, SQLAlchemy on SQLite. Holds the journal of paid calls and page state."""
