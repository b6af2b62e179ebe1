import pytest

from rcm.environment import EnvironmentRefused, Kind, database, listed, read_environment

PRODUCTION = {
    "RCM_ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 50,
    "DATABASE_URL": "postgresql://rcm_app:a@db/rcm",
    "REDIS_URL": "redis://broker:6379/0",
    "ALLOWED_HOSTS": "billing.example.org, rcm.example.org",
}


@pytest.fixture
def given(monkeypatch):
    def run(**changes):
        for name in ["RCM_CLOCK_FILE", "RCM_FAULT_FILE", "DATABASE_OWNER_URL"]:
            monkeypatch.delenv(name, raising=False)
        for name, value in (PRODUCTION | changes).items():
            monkeypatch.setenv(name, value)
        return read_environment()

    return run


def test_environment_is_production_unless_it_says_otherwise(given, monkeypatch):
    given()
    monkeypatch.delenv("RCM_ENVIRONMENT")
    assert read_environment().rcm_environment is Kind.PRODUCTION


@pytest.mark.parametrize("kind", ["production", "demonstration"])
@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"])
def test_environment_names_what_is_missing(given, kind, name):
    with pytest.raises(EnvironmentRefused, match=f"missing: {name}"):
        given(RCM_ENVIRONMENT=kind, **{name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RCM_CLOCK_FILE", "clock.json"),
        ("RCM_FAULT_FILE", "fault"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "*.example.org"),
        ("SECRET_KEY", "short"),
        ("DATABASE_OWNER_URL", "postgresql://rcm_app:b@db/rcm"),
    ],
)
def test_production_refuses_what_belongs_to_a_demonstration(given, name, value):
    with pytest.raises(EnvironmentRefused, match=name):
        given(**{name: value})


def test_demonstration_takes_a_clock_file(given):
    assert given(RCM_ENVIRONMENT="demonstration", RCM_CLOCK_FILE="c").rcm_clock_file == "c"


def test_refusal_shows_no_secret(given):
    with pytest.raises(EnvironmentRefused) as caught:
        given(SECRET_KEY="hunter2", EMAIL_PORT="often")
    assert "hunter2" not in str(caught.value)
    assert "often" not in str(caught.value)
    assert "EMAIL_PORT" in str(caught.value)


def test_database_reads_an_address():
    assert database("postgresql://rcm%40x:p%2Fw@db.example:5433/books") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "books",
        "USER": "rcm@x",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
    }


@pytest.mark.parametrize(
    "address",
    [
        "mysql://root:secret@db/x",
        "secret",
        "postgresql://root:secret@db:99999/x",
        "postgresql://root:se/cret@db/x",
        "postgresql://root:secret@[db/x",
    ],
)
def test_database_refuses_what_is_no_address_of_postgres(address):
    with pytest.raises(EnvironmentRefused, match="postgresql://") as refused:
        database(address)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is refused.value.__context__ is None


def test_listed_drops_empty_parts():
    assert listed(" a, ,b ,") == ["a", "b"]


GATEWAY = {"RCM_PAYMENT_GATEWAY_KEY": "k", "RCM_PAYMENT_WEBHOOK_SECRET": "s"}


@pytest.mark.parametrize("name", list(GATEWAY))
def test_a_payment_gateway_needs_its_secrets(given, name):
    with pytest.raises(EnvironmentRefused, match=name):
        given(RCM_PAYMENT_GATEWAY="stripe", **(GATEWAY | {name: ""}))
    assert given(RCM_PAYMENT_GATEWAY="stripe", **GATEWAY).rcm_payment_gateway == "stripe"


def test_production_refuses_a_gateway_that_takes_no_money(given):
    with pytest.raises(EnvironmentRefused, match="takes no money"):
        given(RCM_PAYMENT_GATEWAY="bundled", **GATEWAY)
    assert given(RCM_ENVIRONMENT="demonstration", RCM_PAYMENT_GATEWAY="bundled", **GATEWAY)


def test_an_unknown_gateway_is_refused_by_name(given):
    with pytest.raises(EnvironmentRefused, match="RCM_PAYMENT_GATEWAY"):
        given(RCM_PAYMENT_GATEWAY="paypal", **GATEWAY)
