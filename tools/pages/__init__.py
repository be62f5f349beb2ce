"""The generated pages of docs/, one module each with ``render() -> str``; ``tools/docs.py`` writes them."""
