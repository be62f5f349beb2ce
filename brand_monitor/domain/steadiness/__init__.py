"""How steady engines and figures are: repeats, days, models."""
