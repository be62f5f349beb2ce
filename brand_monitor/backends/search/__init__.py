"""Search: the full-text projection (BM25). Embedded default: tantivy; production: OpenSearch."""
