"""The pages about money: patient accounts and remittances for staff, and the patient's own page."""
