"""Pages for everybody: report form, receipts, bulletin, method."""
