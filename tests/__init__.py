"""The tests. A package, since textstat installs one called `tests`, which would otherwise be found first."""
