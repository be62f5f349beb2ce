"""A Kubernetes cluster for tests and for trying the chart: one that is there, else a node on this machine."""
