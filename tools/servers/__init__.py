"""Real servers on this machine, without containers: for tests, and for a person who wants to see them at work.

Belongs here: starting, stopping and hurting servers. Nothing of the product imports this.
"""
