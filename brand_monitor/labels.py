"""One vocabulary for groups, owners, kinds and pools, so that the UI reads the same everywhere.

Belongs here: constant names that assets share. Not here: partitions, schedules, anything computed.
"""

OWNERS = ["team:brand-monitor"]

SEED = "seed"
RAW = "raw"
CORE = "core"
METRICS = "metrics"
EXPERIMENTS = "experiments"
MARTS = "marts"
GRAPH = "graph"
SEARCH = "search"
REPORTS = "reports"
#: Layers that are made of the lake and hold nothing of their own.
PROJECTED = frozenset({MARTS, GRAPH, SEARCH, REPORTS})

# A pool bounds how many steps may use one outside system at once, over all runs.
POOL_WEB = "web"
POOL_GRAPH = "graph"
POOL_SEARCH = "search"
POOL_MARTS = "marts"
POOL_ASKING = "asking"
POOL_REPORTS = "reports"
