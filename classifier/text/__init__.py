"""Text as the classifier reads it: items, normalised words, lexicon, language, TF-IDF."""
