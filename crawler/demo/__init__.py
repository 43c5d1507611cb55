"""A fictional press on loopback addresses: everything it publishes is invented and says so on every page."""
