"""Real rows with plain values. Names and ids are synthetic; NPIs pass Luhn (domain.md section 11)."""

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clearinghouse.models import Connection
from coding.models import Code, CodeSystem, Diagnosis, Encounter, ServiceLine
from patients.models import Appointment, Coverage, Guarantor, Patient
from practice.models import (
    Contract,
    Enrollment,
    EnrollmentStatus,
    Fee,
    FeeSchedule,
    Location,
    Membership,
    Organization,
    Payer,
    Practice,
    Provider,
    Role,
    User,
    WireTransaction,
)

SERVICE_DATE = dt.date(2026, 3, 10)


class OrganizationFactory(DjangoModelFactory[Organization]):
    class Meta:
        model = Organization

    name = "Lakeside Medical Group"


class PracticeFactory(DjangoModelFactory[Practice]):
    class Meta:
        model = Practice

    organization = factory.SubFactory(OrganizationFactory)
    name = "Lakeside Family Medicine PLLC"
    npi = "1234567893"
    tax_number = "741234567"
    taxonomy_code = "207Q00000X"
    phone = "5125550100"
    email = "billing@lakeside.example"
    street = "100 Main Street"
    city = "Austin"
    state = "TX"
    postal_code = "787011234"
    claim_prefix = factory.Sequence(lambda count: f"{chr(65 + count // 999 % 26)}{count % 999:03d}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("person{}".format)

    @factory.post_generation
    def member_of(self, create, extracted, **kwargs):
        """`UserFactory(member_of=practice, member_of__role=Role.CODER)`; a biller unless told otherwise."""
        if create and extracted:
            MembershipFactory(user=self, practice=extracted, role=kwargs.get("role", Role.BILLER))


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    practice = factory.SubFactory(PracticeFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.BILLER


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    practice = factory.SubFactory(PracticeFactory)
    name = "Main Street office"
    street = "100 Main Street"
    city = "Austin"
    state = "TX"
    postal_code = "787011234"


class ProviderFactory(DjangoModelFactory[Provider]):
    class Meta:
        model = Provider
        django_get_or_create = ("practice", "npi")

    practice = factory.SubFactory(PracticeFactory)
    first_name = "Linh"
    last_name = "Nguyen"
    credential = "MD"
    npi = "1334455668"
    taxonomy_code = "207Q00000X"


class PayerFactory(DjangoModelFactory[Payer]):
    class Meta:
        model = Payer
        django_get_or_create = ("organization", "payer_number")

    organization = factory.SubFactory(OrganizationFactory)
    name = "BluePeak Health Plan"
    payer_number = "BPK01"
    filing_indicator_code = "CI"


class ContractFactory(DjangoModelFactory[Contract]):
    class Meta:
        model = Contract

    practice = factory.SubFactory(PracticeFactory)
    payer = factory.SubFactory(PayerFactory)
    effective_on = dt.date(2025, 1, 1)


class EnrollmentFactory(DjangoModelFactory[Enrollment]):
    class Meta:
        model = Enrollment

    practice = factory.SubFactory(PracticeFactory)
    payer = factory.SubFactory(PayerFactory)
    transaction = WireTransaction.CLAIM
    status = EnrollmentStatus.APPROVED
    approved_on = dt.date(2025, 1, 1)


class FeeScheduleFactory(DjangoModelFactory[FeeSchedule]):
    class Meta:
        model = FeeSchedule

    practice = factory.SubFactory(PracticeFactory)
    name = "Practice charges"
    effective_on = dt.date(2025, 1, 1)


class FeeFactory(DjangoModelFactory[Fee]):
    class Meta:
        model = Fee

    fee_schedule = factory.SubFactory(FeeScheduleFactory)
    practice = factory.SelfAttribute("fee_schedule.practice")
    procedure_code = "99214"
    amount = Decimal("210.00")


class ConnectionFactory(DjangoModelFactory[Connection]):
    class Meta:
        model = Connection

    practice = factory.SubFactory(PracticeFactory)
    clearinghouse = "Example Clearinghouse"
    sender_number = "LAKESIDE01"
    receiver_number = "CLEARHSE"
    sftp_host = "127.0.0.1"
    sftp_username = "lakeside"
    sftp_host_key = "ssh-ed25519 AAAA"


class GuarantorFactory(DjangoModelFactory[Guarantor]):
    class Meta:
        model = Guarantor

    practice = factory.SubFactory(PracticeFactory)
    first_name = "Margaret"
    last_name = "Ellison"
    birth_date = dt.date(1950, 5, 14)
    email = "margaret@example.org"
    email_consented_at = dt.datetime(2026, 1, 5, 15, tzinfo=dt.UTC)
    street = "22 Oak Lane"
    city = "Austin"
    state = "TX"
    postal_code = "78704"


class PatientFactory(DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    practice = factory.SubFactory(PracticeFactory)
    guarantor = factory.SubFactory(GuarantorFactory, practice=factory.SelfAttribute("..practice"))
    medical_record_number = factory.Sequence("MRN{:06d}".format)
    first_name = "Margaret"
    middle_name = "R"
    last_name = "Ellison"
    birth_date = dt.date(1950, 5, 14)
    sex = "F"
    phone = "5125550199"
    street = "22 Oak Lane"
    city = "Austin"
    state = "TX"
    postal_code = "78704"


class CoverageFactory(DjangoModelFactory[Coverage]):
    class Meta:
        model = Coverage

    practice = factory.SubFactory(PracticeFactory)
    patient = factory.SubFactory(PatientFactory, practice=factory.SelfAttribute("..practice"))
    payer = factory.SubFactory(PayerFactory, organization=factory.SelfAttribute("..practice.organization"))
    member_number = "BPK900112233"
    effective_on = dt.date(2025, 1, 1)


class AppointmentFactory(DjangoModelFactory[Appointment]):
    class Meta:
        model = Appointment

    practice = factory.SubFactory(PracticeFactory)
    patient = factory.SubFactory(PatientFactory, practice=factory.SelfAttribute("..practice"))
    provider = factory.SubFactory(ProviderFactory, practice=factory.SelfAttribute("..practice"))
    location = factory.SubFactory(LocationFactory, practice=factory.SelfAttribute("..practice"))
    service_date = SERVICE_DATE
    starts_at = dt.datetime(2026, 3, 10, 15, tzinfo=dt.UTC)


class CodeFactory(DjangoModelFactory[Code]):
    class Meta:
        model = Code
        django_get_or_create = ("system", "code", "effective_on")

    system = CodeSystem.ICD10CM
    code = "I10"
    description = "Essential (primary) hypertension"
    effective_on = dt.date(2025, 10, 1)
    release = "FY2026"


class EncounterFactory(DjangoModelFactory[Encounter]):
    """An open encounter. Give it a coverage by `CoverageFactory(patient=encounter.patient)`."""

    class Meta:
        model = Encounter

    practice = factory.SubFactory(PracticeFactory)
    patient = factory.SubFactory(PatientFactory, practice=factory.SelfAttribute("..practice"))
    rendering_provider = factory.SubFactory(ProviderFactory, practice=factory.SelfAttribute("..practice"))
    location = factory.SubFactory(LocationFactory, practice=factory.SelfAttribute("..practice"))
    service_date = SERVICE_DATE


class DiagnosisFactory(DjangoModelFactory[Diagnosis]):
    class Meta:
        model = Diagnosis

    encounter = factory.SubFactory(EncounterFactory)
    practice = factory.SelfAttribute("encounter.practice")
    position = 1
    code = "I10"


class ServiceLineFactory(DjangoModelFactory[ServiceLine]):
    class Meta:
        model = ServiceLine

    encounter = factory.SubFactory(EncounterFactory)
    practice = factory.SelfAttribute("encounter.practice")
    position = 1
    procedure_code = "99214"
    charge = Decimal("210.00")
    pointers = factory.List([1])
    service_date = SERVICE_DATE
