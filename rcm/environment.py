"""What the outside tells this program: read once from the environment, checked, and refused by name."""

from enum import StrEnum
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Kind(StrEnum):
    """Where this program runs. Only production is trusted with patients."""

    PRODUCTION = "production"
    DEMONSTRATION = "demonstration"
    TEST = "test"


class EnvironmentRefused(Exception):
    """The environment is incomplete or unsafe. The text names each variable and what is wrong with it."""


class Environment(BaseSettings):
    """The variables of the environment, typed. A field's name in capitals is the variable's name."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    rcm_environment: Kind = Kind.PRODUCTION
    secret_key: SecretStr = SecretStr("")
    secret_key_fallbacks: SecretStr = Field(SecretStr(""), description="comma separated keys of before")
    allowed_hosts: str = Field("", description="comma separated host names")
    csrf_trusted_origins: str = Field("", description="comma separated origins, scheme included")
    database_url: SecretStr = SecretStr("")
    database_owner_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    email_host: str = "localhost"
    email_port: int = 25
    email_host_user: str = ""
    email_host_password: SecretStr = SecretStr("")
    email_use_tls: bool = False
    default_from_email: str = "billing@localhost"
    rcm_trust_proxy: bool = Field(
        default=False, description="a proxy in front ends TLS and sets X-Forwarded-Proto"
    )
    rcm_static_root: str = ""
    rcm_clock_file: str = ""
    rcm_fault_file: str = ""
    rcm_simulator_dir: str = ""
    rcm_drop_dir: str = Field("", description="holds the folders of partners that take files from a folder")
    rcm_demonstration_days: int = Field(
        90, ge=1, le=365, description="how many days of past a new demonstration is given, today included"
    )
    rcm_lease_seconds: int = Field(300, ge=1, description="how long a worker may hold an outbox message")
    rcm_offer_seconds: int = Field(
        60, ge=1, description="how long a message handed to the broker is left alone"
    )
    rcm_public_url: str = Field("", description="where patients reach the pages; in letters")
    rcm_payment_gateway: Literal["", "bundled", "stripe"] = Field("", description="empty: no payments online")
    rcm_payment_gateway_url: str = Field("", description="only for the bundled gateway")
    rcm_payment_gateway_key: SecretStr = SecretStr("")
    rcm_payment_webhook_secret: SecretStr = SecretStr("")
    rcm_log_level: str = "INFO"

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.rcm_environment is Kind.TEST:
            return self
        required = {
            "SECRET_KEY": self.secret_key.get_secret_value(),
            "DATABASE_URL": self.database_url.get_secret_value(),
            "REDIS_URL": self.redis_url.get_secret_value(),
            "ALLOWED_HOSTS": self.allowed_hosts,
        }
        if missing := [name for name, value in required.items() if not value]:
            raise ValueError(f"missing: {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _can_take_payments(self) -> Self:
        if not self.rcm_payment_gateway:
            return self
        required = {
            "RCM_PAYMENT_GATEWAY_KEY": self.rcm_payment_gateway_key.get_secret_value(),
            "RCM_PAYMENT_WEBHOOK_SECRET": self.rcm_payment_webhook_secret.get_secret_value(),
        }
        if missing := [name for name, value in required.items() if not value]:
            raise ValueError(f"RCM_PAYMENT_GATEWAY needs {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        if self.rcm_environment is not Kind.PRODUCTION:
            return self
        if self.rcm_clock_file:
            raise ValueError("RCM_CLOCK_FILE moves the clock and is refused in production")
        if self.rcm_fault_file:
            raise ValueError("RCM_FAULT_FILE kills processes and is refused in production")
        if self.rcm_payment_gateway == "bundled":
            raise ValueError(
                "RCM_PAYMENT_GATEWAY: the bundled gateway takes no money and is refused in production"
            )
        if "*" in self.allowed_hosts:
            raise ValueError("ALLOWED_HOSTS must name the hosts; a wildcard is refused in production")
        owner = self.database_owner_url.get_secret_value()
        if owner and urlsplit(owner).username == urlsplit(self.database_url.get_secret_value()).username:
            raise ValueError("DATABASE_URL and DATABASE_OWNER_URL must be two logins in production")
        if len(self.secret_key.get_secret_value()) < 50:
            raise ValueError("SECRET_KEY must have at least 50 characters in production")
        return self


def read_environment() -> Environment:
    """The environment as it stands now; raises EnvironmentRefused, without any secret in its text."""
    try:
        return Environment()
    except ValidationError as error:
        faults = "; ".join(
            ": ".join(
                [*(str(part).upper() for part in fault["loc"]), fault["msg"].removeprefix("Value error, ")]
            )
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise EnvironmentRefused(
            f"{faults} (RCM_ENVIRONMENT is production unless set; ./manage.py up, test and lint set it)"
        ) from None


def listed(text: str) -> list[str]:
    """The parts of a comma separated variable, trimmed, empty ones left out."""
    return [part.strip() for part in text.split(",") if part.strip()]


def database(url: str) -> dict[str, str]:
    """A postgresql:// address as Django's ENGINE, NAME, USER, PASSWORD, HOST and PORT.

    Raises EnvironmentRefused, without the address in its text: it holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentRefused("a database address must read postgresql://user:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "rcm",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
    }
