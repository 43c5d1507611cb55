"""Claims and their memory, answers, the public's reports and the bulletin."""
