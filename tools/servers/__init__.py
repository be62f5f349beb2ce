"""Real servers on this machine, without containers: for tests and for a person who tries them.

Belongs here: starting, stopping and hurting servers. Nothing of the product imports this.
"""
