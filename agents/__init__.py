"""How does the desk think? Roles, prompts, models, tools and runs; rules stay in services."""
