"""How does the desk reach the world? One module per platform, one HTTP client, one contract."""
