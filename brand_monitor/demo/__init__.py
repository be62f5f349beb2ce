"""The demo: sample pages written for this project, and the loopback server that plays their web."""
