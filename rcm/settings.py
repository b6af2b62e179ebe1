"""Django's settings, all of them; what differs from place to place comes from rcm.environment."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from rcm.environment import Kind, database, listed, read_environment
from rcm.logging import configure

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = read_environment()
KIND = ENVIRONMENT.rcm_environment
IN_PRODUCTION = KIND is Kind.PRODUCTION
IN_TEST = KIND is Kind.TEST

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key.get_secret_value() or "only-for-tests"
SECRET_KEY_FALLBACKS = listed(ENVIRONMENT.secret_key_fallbacks.get_secret_value())
ALLOWED_HOSTS = listed(ENVIRONMENT.allowed_hosts) or ["127.0.0.1", "localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = listed(ENVIRONMENT.csrf_trusted_origins)
ROOT_URLCONF = "rcm.urls"
WSGI_APPLICATION = "rcm.wsgi.application"
AUTH_USER_MODEL = "practice.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

INSTALLED_APPS = [
    "rcm",  # first, so that its migrate command stands before Django's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # its templates, some of which are ours (templates/django/forms)
    "pgtrigger",
    "pghistory",
    "csp",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "practice",
    "clearinghouse",
    "patients",
    "coding",
    "claims",
    "billing",
    "denials",
    "dashboards",
    "demonstration",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "rcm.middleware.no_scope_between_requests",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "rcm.middleware.request_id_in_answer",
    "allauth.account.middleware.AccountMiddleware",
    "practice.middleware.sign_off_when_idle",
    "practice.middleware.second_factor_first",
    "axes.middleware.AxesMiddleware",  # last: it turns the refusal of a sign-in into a page
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            # Named parts of a page (django-template-partials), around Django's usual loaders.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "practice.access.offer_standing",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # so that templates/django/forms/ are found

# --- The database: one, under two roles (docs/adr/0002) -------------------------------------------

APPLICATION_ROLE = "rcm_app"
_APPLICATION_URL = ENVIRONMENT.database_url.get_secret_value() or "postgresql://127.0.0.1/rcm"
_OWNER_URL = ENVIRONMENT.database_owner_url.get_secret_value() or _APPLICATION_URL


# Compiling a page's statement takes the database longer than running it.
_SESSION = "-c jit=off"


def _alias(url: str, session: str, test: dict[str, Any]) -> dict[str, Any]:
    return {
        **database(url),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "rcm", "connect_timeout": 5, "options": session},
        "TEST": test,
    }


# A login of another name takes the application's role as it connects, so that row security binds it all the
# same.
_AS_APPLICATION = (
    _SESSION
    if database(_APPLICATION_URL)["USER"] == APPLICATION_ROLE
    else f"{_SESSION} -c role={APPLICATION_ROLE}"
)
DATABASES = {
    "default": _alias(_APPLICATION_URL, _AS_APPLICATION, {"MIRROR": "owner"}),
    "owner": _alias(_OWNER_URL, _SESSION, {"DEPENDENCIES": [], "SERIALIZE": False}),
}

# --- Background work ------------------------------------------------------------------------------

_REDIS_URL = ENVIRONMENT.redis_url.get_secret_value()

OUTBOX_LEASE_SECONDS = ENVIRONMENT.rcm_lease_seconds
OUTBOX_OFFER_SECONDS = ENVIRONMENT.rcm_offer_seconds
BEAT_SECONDS: dict[str, float] = (
    {
        "rcm.relay_outbox": 1,
        "clearinghouse.fetch_inbound": 2,
        "clearinghouse.reconcile_unknown": 5,
        "patients.sweep_eligibility": 15,
        "claims.poll_silent_claims": 15,
        "billing.run_dunning": 15,
        "billing.ask_about_payments": 5,
        "dashboards.keep_tallies": 15,
    }
    if not IN_PRODUCTION  # a demonstration's month passes in minutes, and a test does not wait
    else {
        "rcm.relay_outbox": 5,
        "clearinghouse.fetch_inbound": 300,
        "clearinghouse.reconcile_unknown": 60,
        "patients.sweep_eligibility": 900,
        "claims.poll_silent_claims": 3600,
        "billing.run_dunning": 3600,
        "billing.ask_about_payments": 60,
        "dashboards.keep_tallies": 60,
    }
)

if KIND is Kind.DEMONSTRATION:
    BEAT_SECONDS["demonstration.connect"] = 5
    BEAT_SECONDS["clearinghouse.fetch_inbound"] = 5  # each look is an SSH handshake, for two practices

CELERY_BROKER_URL = _REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# All three on purpose: with kombu's own values a killed worker's message came back after 100 s at the
# earliest.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": OUTBOX_LEASE_SECONDS * 2,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = OUTBOX_LEASE_SECONDS * 0.8
CELERY_TASK_TIME_LIMIT = OUTBOX_LEASE_SECONDS * 0.9
CELERY_TASK_PUBLISH_RETRY = False  # the rows are the queue: a broker that is away must not hold up a request
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"

CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _REDIS_URL,
            "KEY_PREFIX": "rcm",
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
        if _REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    ),
}

# --- Doors and locks ------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it keeps out who is locked out
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
    if IN_TEST
    else "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60  # the whole session; practice.middleware ends idle ones earlier
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IN_PRODUCTION
SESSION_COOKIE_NAME = "__Host-rcm-session" if IN_PRODUCTION else "rcm-session"
# What was done names patients: it is kept with the session here, not in a cookie of the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IN_PRODUCTION
CSRF_COOKIE_NAME = "__Host-rcm-csrf" if IN_PRODUCTION else "rcm-csrf"
ACCOUNT_ADAPTER = "practice.sign_in.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "practice.sign_in.forms.SignInForm",
    "reauthenticate": "practice.sign_in.forms.ConfirmForm",
    "change_password": "practice.sign_in.forms.ChangePasswordForm",
    "set_password": "practice.sign_in.forms.SetPasswordForm",
    "reset_password": "practice.sign_in.forms.AskForLinkForm",
    "reset_password_from_key": "practice.sign_in.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses come from an administrator
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "rcm: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IN_PRODUCTION else "http"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,20/15m/key"}  # a name from many addresses; axes: from one
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.rcm_trust_proxy else 0
MFA_ADAPTER = "practice.sign_in.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "practice.sign_in.forms.CodeForm",
    "reauthenticate": "practice.sign_in.forms.ConfirmCodeForm",
    "activate_totp": "practice.sign_in.forms.FirstCodeForm",
    "add_webauthn": "practice.sign_in.forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Open Revenue Cycle"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IN_PRODUCTION  # http://localhost
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "practice.sign_in.lock_out.name_of"
AXES_CLIENT_IP_CALLABLE = "practice.sign_in.lock_out.address_of"
AXES_LOCKOUT_CALLABLE = "practice.sign_in.lock_out.answer_locked_out"
AXES_VERBOSE = False
SECURE_SSL_REDIRECT = IN_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machinery beside us, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IN_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IN_PRODUCTION
SECURE_HSTS_PRELOAD = IN_PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.rcm_trust_proxy else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Files and mail -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(ENVIRONMENT.rcm_static_root or BASE_DIR / ".local" / "static")
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IN_TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = IN_TEST
WHITENOISE_AUTOREFRESH = IN_TEST
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ENVIRONMENT.email_host
EMAIL_PORT = ENVIRONMENT.email_port
EMAIL_HOST_USER = ENVIRONMENT.email_host_user
EMAIL_HOST_PASSWORD = ENVIRONMENT.email_host_password.get_secret_value()
EMAIL_USE_TLS = ENVIRONMENT.email_use_tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENVIRONMENT.default_from_email
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- What patients reach --------------------------------------------------------------------------

PUBLIC_URL = ENVIRONMENT.rcm_public_url.rstrip("/") or f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
DROP_DIRECTORY = ENVIRONMENT.rcm_drop_dir
PAYMENT_GATEWAY = ENVIRONMENT.rcm_payment_gateway
PAYMENT_GATEWAY_URL = ENVIRONMENT.rcm_payment_gateway_url.rstrip("/")
PAYMENT_GATEWAY_KEY = ENVIRONMENT.rcm_payment_gateway_key.get_secret_value()
PAYMENT_WEBHOOK_SECRET = ENVIRONMENT.rcm_payment_webhook_secret.get_secret_value()

# --- The API (docs/api.md) ------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["practice.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["practice.api.authentication.HoldsRole"],
    "DEFAULT_THROTTLE_CLASSES": ["practice.api.authentication.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": "600/min"},
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "rcm.api.schema.HouseSchema",
    "EXCEPTION_HANDLER": "rcm.api.problems.answer_exception",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Revenue cycle API",
    "DESCRIPTION": "The same actions the pages use, for programs. docs/api.md tells how to begin.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["rcm.api.schema.refuse_unknown_names"],
}

# --- Logs -----------------------------------------------------------------------------------------

LOGGING = configure(level=ENVIRONMENT.rcm_log_level)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG  # a tick a second is no news
