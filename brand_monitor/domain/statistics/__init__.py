"""Statistics of clustered mention data: intervals, paired tests, planning. Pure numpy."""
