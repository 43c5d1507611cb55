"""Place names: candidates, disambiguation, relevance to the province."""
