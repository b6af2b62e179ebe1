"""Which gateway this installation has: settings.PAYMENT_GATEWAY, from the environment."""

from django.conf import settings

from billing.gateway.bundled import BundledGateway
from billing.gateway.port import NotOffered, PaymentGateway


def offered() -> bool:
    """Whether patients can pay online here."""
    return bool(settings.PAYMENT_GATEWAY)


def get_gateway(name: str = "") -> PaymentGateway:
    """The gateway; with a name, only if it is the one of that name. Raises NotOffered."""
    if not settings.PAYMENT_GATEWAY or name not in {"", settings.PAYMENT_GATEWAY}:
        raise NotOffered
    url, key, secret = (
        settings.PAYMENT_GATEWAY_URL,
        settings.PAYMENT_GATEWAY_KEY,
        settings.PAYMENT_WEBHOOK_SECRET,
    )
    if settings.PAYMENT_GATEWAY == "bundled":
        return BundledGateway(url=url, key=key, webhook_secret=secret)
    from billing.gateway.stripe import StripeGateway  # noqa: PLC0415 -- its library is there in production only

    return StripeGateway(key=key, webhook_secret=secret, url=url)
