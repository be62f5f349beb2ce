"""Brands that answers name and nobody tracks yet."""
