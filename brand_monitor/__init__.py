"""LLM Brand Influence Monitor: how language models speak of a brand, how sure we are, and why.

Only the version lives here, so that importing the package costs nothing.
"""

__version__ = "0.1.0"
