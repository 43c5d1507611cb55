"""Alerts: what cannot wait reaches the right person, off until chosen, at least once and never in a flood."""
