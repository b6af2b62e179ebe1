"""MIA and MOA: what a payer said of a whole claim, given in the 835 and handed on in the 837 (loop 2320)."""

from decimal import Decimal

from x12.loops import el, record


@record
class InpatientAdjudication:
    """MIA: inpatient adjudication; amounts in dollars, `remarks` the codes of MIA20 to 23, `remark` that of
    MIA05.
    """

    covered_days: Decimal | None = el(1)
    pps_operating_outlier: Decimal | None = el(2)
    lifetime_psychiatric_days: Decimal | None = el(3)
    drg_amount: Decimal | None = el(4)
    remark: str = el(5)
    disproportionate_share: Decimal | None = el(6)
    msp_pass_through: Decimal | None = el(7)
    pps_capital: Decimal | None = el(8)
    pps_capital_fsp_drg: Decimal | None = el(9)
    pps_capital_hsp_drg: Decimal | None = el(10)
    pps_capital_dsh_drg: Decimal | None = el(11)
    old_capital: Decimal | None = el(12)
    pps_capital_ime: Decimal | None = el(13)
    operating_hospital_specific_drg: Decimal | None = el(14)
    cost_report_days: Decimal | None = el(15)
    operating_federal_specific_drg: Decimal | None = el(16)
    pps_capital_outlier: Decimal | None = el(17)
    indirect_teaching: Decimal | None = el(18)
    nonpayable_professional: Decimal | None = el(19)
    remarks: tuple[str, ...] = el(20, through=23)
    pps_capital_exception: Decimal | None = el(24)


@record
class OutpatientAdjudication:
    """MOA: reimbursement rate, HCPCS payable amount, remark codes (MOA03 to 07; MA18, N89: forwarded by the
    payer), end-stage renal and professional parts.
    """

    reimbursement_rate: Decimal | None = el(1)
    hcpcs_payable: Decimal | None = el(2)
    remarks: tuple[str, ...] = el(3, through=7)
    esrd_payment: Decimal | None = el(8)
    nonpayable_professional: Decimal | None = el(9)
