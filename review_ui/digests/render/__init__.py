"""A composed digest becomes a file: Word, PDF, Excel, HTML mail."""
