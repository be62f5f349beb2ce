"""Tools of the repository, not of the product: generated docs and pictures."""
