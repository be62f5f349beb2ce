"""Search: the full-text projection. Embedded default: tantivy (BM25, in a folder or in memory)."""
