"""How do machines and browsers speak to the desk? Webhook, health and metrics."""
