"""The gold set: drawing pairs to label, what they say of the machine, and rates corrected by it."""
