"""Two periods, two brands, two versions: differences with verdicts."""
