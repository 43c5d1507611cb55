"""Commands of the classifier: judge, group, classify, train, evaluate."""
