"""Graph: the projection of the influence graph. Embedded default: ladybug (Cypher, in a file)."""
