"""Routes of the money's pages: staff pages first, then what patients reach by the link in a letter."""

from django.urls import URLPattern, path

from billing.views import check_in, patient_page, patient_payment

app_name = "billing"

staff: list[URLPattern] = [
    path("schedule/<uuid:public_id>/check-in/", check_in.check_in, name="check_in"),
    path("schedule/<uuid:public_id>/payments/", check_in.visit_slot, name="visit_slot"),
    path("accounts/receipts/<uuid:public_id>/", check_in.receipt, name="receipt"),
    path("accounts/receipts/<uuid:public_id>/receipt.pdf", check_in.receipt_paper, name="receipt_paper"),
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
