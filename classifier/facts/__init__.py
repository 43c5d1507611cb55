"""The fact layer: what a text states (place, time, count, actor, happening, attribution), each with its words."""
