"""How do people speak to the desk? Telegram in, Telegram out; no rules of its own."""
