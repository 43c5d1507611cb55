"""Characters, dates, language and plain text of what servers send."""
