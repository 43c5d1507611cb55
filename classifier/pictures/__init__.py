"""Pictures that people send in: decoding within bounds, text by OCR, perceptual hashes, marks of origin, clips."""
