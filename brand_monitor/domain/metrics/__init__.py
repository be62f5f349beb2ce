"""Figures of brands and engines with intervals, from the answers of a day."""
