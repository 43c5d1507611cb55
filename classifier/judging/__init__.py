"""The judgement of one text: language, places, relevance, four signals, reasons."""
