"""What breaks around the skill, broken on purpose: relief goes on, and a sign that stands is never lost."""
