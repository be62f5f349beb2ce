"""The report that people read: one self-contained HTML file per monitor and day.

Belongs here: turning frames into a view (pure), the view's charts (SVG) and its HTML. Not here: reading or
writing the lake, anything of Dagster, computing a figure or an interval: what is shown was computed before.
"""
