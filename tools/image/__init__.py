"""Builds the container image from the Dockerfile as it is, and says how large it is and why."""
