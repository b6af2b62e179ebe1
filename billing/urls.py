"""Routes of the money's pages: staff pages first, then what patients reach by the link in a letter."""

from django.urls import URLPattern, path

from billing.views import (
    account,
    account_queues,
    check_in,
    online_payments,
    patient_page,
    patient_payment,
    remittance,
    remittance_queues,
    slots,
    statement,
)

app_name = "billing"

staff: list[URLPattern] = [
    path("schedule/<uuid:public_id>/check-in/", check_in.check_in, name="check_in"),
    path("schedule/<uuid:public_id>/payments/", check_in.visit_slot, name="visit_slot"),
    path("accounts/receipts/<uuid:public_id>/", check_in.receipt, name="receipt"),
    path("accounts/receipts/<uuid:public_id>/receipt.pdf", check_in.receipt_paper, name="receipt_paper"),
    path("accounts/", account_queues.accounts, name="accounts"),
    path("accounts/bulk/", account_queues.accounts_bulk, name="accounts_bulk"),
    path("accounts/<uuid:public_id>/", account.account, name="account"),
    path("accounts/<uuid:public_id>/payments/", account.payment, name="payment"),
    path("accounts/<uuid:public_id>/application/", account.application, name="application"),
    path("accounts/<uuid:public_id>/holds/", account.holds, name="holds"),
    path("accounts/<uuid:public_id>/statements/", account.statement_issue, name="statement_issue"),
    path("accounts/payments/<uuid:public_id>/voiding/", account.voiding, name="voiding"),
    path("accounts/charges/<uuid:public_id>/write-off/", account.forgiveness, name="forgiveness"),
    path("accounts/online/", online_payments.held_payments, name="held_payments"),
    path("accounts/online/bulk/", online_payments.held_payments_bulk, name="held_payments_bulk"),
    path("accounts/online/<uuid:public_id>/", online_payments.online_payment, name="online_payment"),
    path(
        "accounts/online/<uuid:public_id>/acceptance/", online_payments.acceptance, name="online_acceptance"
    ),
    path("accounts/online/<uuid:public_id>/dismissal/", online_payments.dismissal, name="online_dismissal"),
    path("accounts/of-patient/<uuid:public_id>/", slots.of_patient, name="patient_slot"),
    path("accounts/of-claim/<uuid:public_id>/", slots.of_claim, name="claim_slot"),
    path("remittances/of-file/<uuid:public_id>/", slots.of_interchange, name="interchange_slot"),
    path("invoices/", account_queues.statements, name="statements"),
    path("invoices/questions/", account_queues.questions, name="questions"),
    path("invoices/questions/bulk/", account_queues.questions_bulk, name="questions_bulk"),
    path("invoices/questions/<uuid:public_id>/", statement.question, name="question"),
    path("invoices/<uuid:public_id>/", statement.statement, name="statement"),
    path("invoices/<uuid:public_id>/statement.pdf", statement.paper, name="statement_paper"),
    path("invoices/<uuid:public_id>/dispute/", statement.dispute, name="dispute"),
    path("invoices/<uuid:public_id>/links/", statement.links, name="links"),
    path("write-offs/", account_queues.write_offs, name="write_offs"),
    path("write-offs/bulk/", account_queues.write_offs_bulk, name="write_offs_bulk"),
    path("remittances/", remittance_queues.remittances, name="remittances"),
    path("remittances/parked/", remittance_queues.parked, name="parked"),
    path("remittances/parked/bulk/", remittance_queues.parked_bulk, name="parked_bulk"),
    path("remittances/<uuid:public_id>/", remittance.remittance, name="remittance"),
    path("remittances/<uuid:public_id>/posting/", remittance.posting, name="remittance_posting"),
    path("remittances/<uuid:public_id>/by-hand/", remittance.by_hand, name="remittance_by_hand"),
    path("remittances/<uuid:public_id>/dismissal/", remittance.dismissal, name="remittance_dismissal"),
]

# Reached without an account: a link and a birth date open them (docs/adr/0014), a signature the webhook.
public = [
    path("pay/events/<slug:gateway>/", patient_payment.gateway_events, name="gateway_events"),
    path("pay/return/<uuid:payment_id>/", patient_payment.coming_back, name="patient_return"),
    path("pay/<str:token>/", patient_page.statement, name="patient_statement"),
    path("pay/<str:token>/opening/", patient_page.opening, name="patient_opening"),
    path("pay/<str:token>/leaving/", patient_page.leaving, name="patient_leaving"),
    path("pay/<str:token>/statement.pdf", patient_page.paper, name="patient_paper"),
    path("pay/<str:token>/questions/", patient_page.questions, name="patient_questions"),
    path("pay/<str:token>/dispute/", patient_page.dispute, name="patient_dispute"),
    path("pay/<str:token>/payments/", patient_payment.payments, name="patient_payments"),
    path("pay/<str:token>/payments/<uuid:payment_id>/", patient_payment.payment, name="patient_payment"),
    path("pay/<str:token>/payments/<uuid:payment_id>/lookup/", patient_payment.lookup, name="patient_lookup"),
]

urlpatterns = [*staff, *public]
