"""Where these records are found under /api/v1/."""

from billing.api.accounts import Accounts, WriteOffs
from billing.api.invoices import Invoices
from billing.api.online_payments import OnlinePayments
from billing.api.payments import Copays, Payments
from billing.api.remittances import Charges, RemittanceClaims, Remittances
from rcm.api import router

urlpatterns = router(
    remittances=Remittances,
    remittance_claims=RemittanceClaims,
    charges=Charges,
    accounts=Accounts,
    invoices=Invoices,
    payments=Payments,
    copays=Copays,
    online_payments=OnlinePayments,
    write_offs=WriteOffs,
).urls
