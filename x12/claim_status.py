"""Claim status codes in plain words: X12 code sources 507 (category) and 508 (status), wording our own.

Used by the 277CA (005010X214) and the 277 (005010X212), which both carry them in STC.
"""

from datetime import date
from decimal import Decimal

from x12.loops import el, record

CATEGORIES = {
    "A0": "Forwarded to another party",
    "A1": "Received; not yet accepted",
    "A2": "Accepted into adjudication",
    "A3": "Returned as unprocessable",
    "A4": "Not found",
    "A5": "Split into several claims",
    "A6": "Rejected: information missing",
    "A7": "Rejected: information invalid",
    "A8": "Rejected: information does not fit together",
    "D0": "Nothing found for this search",
    "DR01": "Received by another party",
    "DR02": "Other party: rejected as invalid",
    "DR03": "Other party: accepted",
    "DR04": "Other party: returned as unprocessable",
    "DR05": "Other party: not found",
    "DR06": "Other party: rejected, information missing",
    "DR07": "Other party: rejected, information invalid",
    "DR08": "Other party: rejected, information does not fit together",
    "E0": "The inquiry has an error",
    "E1": "Payer system unavailable; ask again later",
    "E2": "Information holder did not answer; ask again later",
    "E3": "The inquiry needs a correction",
    "E4": "Trading partner agreement does not allow this inquiry",
    "F0": "Finalized",
    "F1": "Finalized: paid",
    "F2": "Finalized: denied",
    "F3": "Finalized: revised",
    "F3F": "Finalized: forwarded to another party",
    "F3N": "Finalized: not forwarded",
    "F4": "Finalized: complete, no payment due",
    "P0": "Pending",
    "P1": "Pending: in process",
    "P2": "Pending: under payer review",
    "P3": "Pending: provider was asked for information",
    "P4": "Pending: patient was asked for information",
    "P5": "Pending: payer system hold",
    "R0": "More information wanted",
    "R1": "More information wanted about an entity",
    "R3": "More information wanted about the claim or a line",
    "R4": "Documents wanted",
    "R5": "More specific detail wanted",
    "R6": "Information wanted for regulatory reasons",
    "R7": "Information wanted to confirm that care fits the plan's policy",
    "R8": "Information wanted for a coverage exception",
    "R9": "Information wanted to judge medical necessity",
    "R10": "Information wanted for a grievance or appeal",
    "R11": "Information wanted for pre-payment review",
    "R12": "Justification of a procedure code wanted",
    "R13": "Documents sent were not readable",
    "R14": "Documents sent were not those requested",
    "R15": "Information wanted for workers' compensation",
    "R16": "Information wanted to determine eligibility",
    "R17": "Replaces an earlier request",
}
"""STC01-1 in words."""

STATUSES = {
    "0": "No further status available",
    "1": "For more detail see the remittance advice",
    "2": "More detail follows in a letter",
    "3": "Adjudicated; awaiting the payment cycle",
    "12": "One or more procedure codes were combined",
    "16": "Forwarded to the entity",
    "17": "Forwarded by a third party to the entity",
    "18": "Entity received the claim but returned an invalid status",
    "19": "Entity acknowledges receipt",
    "20": "Accepted for processing",
    "21": "Missing or invalid information",
    "23": "Returned to the entity",
    "24": "Entity is not approved as an electronic submitter",
    "25": "Entity is not approved",
    "26": "Entity not found",
    "27": "Policy canceled",
    "29": "Subscriber and policy number or contract do not match",
    "30": "Subscriber and subscriber id do not match",
    "31": "Subscriber and policyholder name do not match",
    "32": "Subscriber and policy number not found",
    "33": "Subscriber and subscriber id not found",
    "34": "Subscriber and policyholder name not found",
    "35": "Claim or encounter not found",
    "37": "Predetermination is on file, awaiting completion of services",
    "38": "Awaiting next periodic adjudication cycle",
    "39": "Charges for pregnancy deferred until delivery",
    "40": "Waiting for final approval",
    "41": "Special handling required at the payer",
    "42": "Awaiting related charges",
    "44": "Charges pending provider audit",
    "45": "Awaiting benefit determination",
    "46": "Internal review or audit",
    "47": "Internal review or audit: partial payment made",
    "49": "Pending provider accreditation review",
    "50": "Claim waiting for internal provider verification",
    "51": "Investigating an occupational illness or accident",
    "52": "Investigating other insurance coverage",
    "54": "Duplicate of a claim or line already processed or in process",
    "55": "Assigned to an approver or analyst",
    "56": "Awaiting eligibility determination",
    "65": "Claim or line has been paid",
    "66": "Payment reflects usual and customary charges",
    "78": "Duplicate of an existing claim, awaiting processing",
    "81": "Contract or plan does not cover pre-existing conditions",
    "83": "No coverage for newborns",
    "84": "Service not authorized",
    "85": "Entity is not primary",
    "86": "Diagnosis and patient sex do not match",
    "88": "Entity was not eligible for benefits on the dates of service",
    "95": "Requested additional information not received",
    "96": "No agreement with the entity",
    "97": "Patient eligibility not found with the entity",
    "98": "Charges applied to deductible",
    "99": "Pre-treatment review",
    "100": "Pre-treatment penalty taken",
    "101": "Claim was processed as an adjustment to an earlier claim",
    "102": "Newborn charges processed on the mother's claim",
    "103": "Claim combined with other claims",
    "104": "Processed according to plan provisions",
    "105": "Claim or line is capitated",
    "106": "This amount is not the entity's responsibility",
    "107": "Processed according to contract provisions",
    "109": "Entity is not eligible",
    "110": "Claim requires pricing information",
    "111": "At the policyholder's request, such claims cannot be submitted electronically",
    "114": "Claim or service should be processed by the entity",
    "116": "Sent to the wrong payer",
    "117": "Claim requires signature on file",
    "121": "Service line number greater than the payer's maximum",
    "122": "Missing or invalid data prevents processing",
    "123": "More information wanted from the entity",
    "124": "Entity name, address, phone and id number",
    "125": "Entity name",
    "126": "Entity address",
    "127": "Entity communication number",
    "128": "Entity tax id",
    "132": "Entity Medicaid provider id",
    "135": "Entity commercial provider id",
    "142": "Entity license or certification number",
    "145": "Entity specialty or taxonomy code",
    "147": "Entity qualification degree or designation",
    "148": "Entity social security number",
    "153": "Entity id number",
    "156": "Patient relationship to the subscriber",
    "157": "Entity sex",
    "158": "Entity date of birth",
    "159": "Entity date of death",
    "160": "Entity marital status",
    "162": "Entity health insurance claim number",
    "163": "Entity policy number",
    "164": "Entity contract or member number",
    "165": "Entity employer name, address and phone",
    "171": "Other insurance coverage information",
    "178": "Submitted charges",
    "183": "Amount entity has paid",
    "187": "Dates of service",
    "188": "Statement from and through dates",
    "189": "Facility admission date",
    "190": "Facility discharge date",
    "194": "Date of onset or exacerbation",
    "216": "Drug information",
    "217": "Drug name, strength and dosage form",
    "218": "NDC number",
    "219": "Prescription number",
    "228": "Type of bill",
    "231": "Hospital admission type",
    "232": "Hospital admission source",
    "234": "Patient discharge status",
    "247": "Line information",
    "248": "Accident date, state, description and cause",
    "249": "Place of service",
    "250": "Type of service",
    "252": "Authorization or certification number",
    "254": "Principal diagnosis code",
    "255": "Diagnosis code",
    "256": "DRG code",
    "258": "Days or units for procedure or revenue code",
    "259": "Frequency of service",
    "260": "Length of medical necessity",
    "286": "Other payer's explanation of benefits or payment information",
    "287": "Medical necessity for service",
    "294": "Supporting documentation",
    "317": "Patient's medical records",
    "400": "Claim is out of balance",
    "401": "Source of payment is not valid",
    "402": "Amount must be greater than zero",
    "448": "Invalid billing combination",
    "453": "Procedure code modifier",
    "454": "Procedure code for services rendered",
    "455": "Revenue code for services rendered",
    "464": "Payer assigned claim control number",
    "465": "Principal procedure code",
    "466": "Entity original signature",
    "475": "Procedure code not valid for patient age",
    "476": "Missing or invalid units of service",
    "477": "Diagnosis code pointer is missing or invalid",
    "478": "Claim submitter's identifier",
    "479": "Other carrier payer id is missing or invalid",
    "480": "Other carrier claim filing indicator is missing or invalid",
    "481": "Claim or submission format is invalid",
    "483": "Maximum coverage amount met or exceeded",
    "484": "Business application currently not available",
    "488": "Diagnosis codes for the services rendered",
    "496": "Submitter not approved for electronic claims on behalf of this entity",
    "499": "No rate on file for this service and entity",
    "500": "Entity postal or ZIP code",
    "501": "Entity state or province",
    "502": "Entity city",
    "503": "Entity street address",
    "504": "Entity last name",
    "505": "Entity first name",
    "506": "Entity is changing processor or clearinghouse",
    "507": "HCPCS",
    "508": "ICD-9",
    "511": "Invalid character",
    "512": "Invalid length for the receiver's system",
    "516": "Adjudication or payment date",
    "521": "Adjustment reason code",
    "535": "Claim frequency code",
    "560": "Entity additional or secondary identifier",
    "562": "Entity National Provider Identifier (NPI)",
    "633": "Related causes code",
    "673": "Patient reason for visit",
    "676": "Entity must be a person",
    "684": "Rejected by the syntax check; see the 999",
    "685": "Claim could not complete adjudication in real time",
    "686": "Adjudication is complete and the entire claim was voided",
    "704": "Claim note text",
    "705": "Repriced or approved amount",
    "718": "Claim or service not submitted within the timely filing limit",
    "719": "NUBC condition code",
    "720": "NUBC occurrence code",
    "725": "NUBC value code",
    "732": "Information submitted is inconsistent with billing guidelines",
    "734": "Verifying premium payment",
    "746": "Duplicate submission",
    "766": "Services fell in an exchange premium grace period",
    "772": "The greatest level of diagnosis code specificity is required",
}
"""STC01-2 in words, the ones seen in practice; the full list is X12's and is not shipped."""

ENTITIES = {
    "03": "dependent",
    "1P": "provider",
    "1Z": "home health care",
    "36": "employer",
    "40": "receiver",
    "41": "submitter",
    "71": "attending physician",
    "73": "other physician",
    "77": "service location",
    "82": "rendering provider",
    "85": "billing provider",
    "87": "pay-to provider",
    "AY": "clearinghouse",
    "DK": "ordering physician",
    "DN": "referring provider",
    "DQ": "supervising physician",
    "FA": "facility",
    "GB": "other insured",
    "HK": "subscriber",
    "IL": "insured or subscriber",
    "LI": "independent lab",
    "P3": "primary care provider",
    "PR": "payer",
    "PRP": "primary payer",
    "QB": "purchase service provider",
    "QC": "patient",
    "QD": "responsible party",
    "SEP": "secondary payer",
    "TL": "testing laboratory",
    "TTP": "tertiary payer",
    "TU": "third-party repricing organization",
}
"""STC01-3, the entity a status speaks of, in words."""

ACCEPTED = frozenset({"A0", "A1", "A2"})
"""Categories of a 277CA that let the claim go on."""

REJECTED = frozenset({"A3", "A6", "A7", "A8"})
"""Categories of a 277CA that end the claim before adjudication: correct it and send a new one."""


@record
class StatusCode:
    """Health care claim status (C043): STC01, STC10 and STC11."""

    category: str = el(1)
    status: str = el(2)
    entity: str = el(3)
    list_qualifier: str = el(4)

    @property
    def accepted(self) -> bool:
        """Whether the category lets the claim go on (A0, A1, A2)."""
        return self.category in ACCEPTED

    @property
    def rejected(self) -> bool:
        """Whether the category ends the claim before adjudication (A3, A6, A7, A8)."""
        return self.category in REJECTED

    @property
    def pending(self) -> bool:
        """Whether the payer still works on the claim (P0 to P5)."""
        return self.category.startswith("P")

    @property
    def finalized(self) -> bool:
        """Whether adjudication is over (F0 to F4); what it came to is in the 835."""
        return self.category.startswith("F")

    @property
    def wants_information(self) -> bool:
        """Whether someone has to answer a question first (R0 to R17, P3, P4)."""
        return self.category.startswith("R") or self.category in ("P3", "P4")

    @property
    def not_found(self) -> bool:
        """Whether the payer knows no such claim (A4, D0)."""
        return self.category in ("A4", "D0")

    @property
    def inquiry_failed(self) -> bool:
        """Whether the question itself failed (E0 to E4); it says nothing about the claim."""
        return self.category.startswith("E")

    @property
    def category_words(self) -> str:
        """The category in words; an unknown one is shown as its code."""
        return CATEGORIES.get(self.category, f"Category {self.category}")

    @property
    def status_words(self) -> str:
        """Status and entity in words; an unknown status is shown as its code, none as empty text."""
        status = STATUSES.get(self.status, f"status {self.status}") if self.status else ""
        entity = ENTITIES.get(self.entity, self.entity)
        return f"{status} ({entity})".strip() if entity else status

    @property
    def words(self) -> str:
        """Category, status and entity as one line."""
        return ": ".join(part for part in (self.category_words, self.status_words) if part)


@record
class StatusReport:
    """STC: up to three status codes with date, action and amounts.

    `action` is WQ (accepted) or U (rejected) in a 277CA. `paid` to `payment_number` are known only to the 277
    of a finalized claim; `message` is free text.
    """

    code: StatusCode = el(1)
    effective_on: date | None = el(2)
    action: str = el(3)
    charge: Decimal | None = el(4)
    paid: Decimal | None = el(5)
    finalized_on: date | None = el(6)
    payment_method: str = el(7)
    payment_on: date | None = el(8)
    payment_number: str = el(9)
    second_code: StatusCode = el(10)
    third_code: StatusCode = el(11)
    message: str = el(12)

    @property
    def codes(self) -> tuple[StatusCode, ...]:
        """The status codes given, one to three."""
        return tuple(code for code in (self.code, self.second_code, self.third_code) if code.category)

    @property
    def rejected(self) -> bool:
        """Whether any of its codes rejects."""
        return any(code.rejected for code in self.codes)

    @property
    def accepted(self) -> bool:
        """Whether its codes accept and none rejects."""
        return not self.rejected and any(code.accepted for code in self.codes)

    @property
    def words(self) -> str:
        """All codes and the message, for a person to read; a category that codes share is said once."""
        parts: list[str] = []
        category = ""
        for code in self.codes:
            parts.append(code.status_words if code.category == category and code.status else code.words)
            category = code.category
        return "; ".join([*parts, self.message] if self.message else parts)
