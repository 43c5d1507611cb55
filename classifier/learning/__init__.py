"""Training, evaluation and monitoring of models: weak supervision, metrics, drift, sampling."""
