"""Evidence packs: one file for a decided case that anyone can check with public tools, years later."""
