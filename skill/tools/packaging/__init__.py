"""What the cloud needs, made by `python -m skill package`: the function's bundle, and the skill's own metadata."""
