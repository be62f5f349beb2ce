"""The checks of ``doctor``, by what they look at: machine, monitors and engines, stores, servers."""
