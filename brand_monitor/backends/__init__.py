"""One folder per outside system: the interface, the embedded default, the production client.

Backends know nothing of Dagster's asset graph. Assets receive the interface, never the client.
"""
