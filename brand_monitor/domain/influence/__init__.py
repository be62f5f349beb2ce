"""Which sources go with a brand being named, and the graph of a day. What causes it is in ``effects``."""
