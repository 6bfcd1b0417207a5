"""How are posts written when no model is connected? By rearranging the person's own words: no key, no network."""
