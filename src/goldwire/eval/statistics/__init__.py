"""How sure a figure is: intervals, tests, comparisons of systems."""
