"""The digest (báo cáo điểm báo): one content tree, written as Word, PDF, XLSX and mail page."""
