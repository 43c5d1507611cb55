"""Sentence embedding, and what was learned from the corpus on words and embeddings."""
