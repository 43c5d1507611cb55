"""What happens in order: pending versions are judged, assigned to events; nightly training."""
