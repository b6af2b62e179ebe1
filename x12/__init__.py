"""Pure codec for the HIPAA 5010 transactions: text to typed models and back. No Django, database or clock."""
