import pytest

from x12.codes import adjustment_reason, codes, meaning


def test_adjustment_reason_says_what_follows():
    reason = adjustment_reason("197")

    assert (reason.category, reason.denial, reason.appealable) == ("authorization", "Y", True)
    assert reason.usual_groups
    assert reason.label


def test_unknown_adjustment_reason_is_left_to_a_person():
    reason = adjustment_reason("X99")

    assert (reason.label, reason.category, reason.denial, reason.route) == (
        "Reason X99",
        "unknown",
        "depends",
        "review",
    )


def test_meaning_of_a_code_we_have_no_words_for_is_the_code():
    assert meaning("claim_payment_status", "22") == "Reversal of previous payment"
    assert meaning("claim_payment_status", "99") == "99"


def test_codes_gives_a_copy_of_a_list():
    codes("claim_frequency").clear()

    assert list(codes("claim_frequency")) == ["1", "7", "8"]


def test_a_list_there_is_not_is_an_error():
    with pytest.raises(KeyError):
        meaning("nonsense", "1")
