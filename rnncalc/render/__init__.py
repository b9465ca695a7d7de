"""What people and programs see: results and messages as tables, text and JSON."""
