import pytest

from guike.platform import masks


@pytest.mark.parametrize(
    ("mask", "value", "veiled"),
    [
        (masks.phone, "13800138000", "138****8000"),
        (masks.phone, "05771234567", "057****4567"),
        (masks.phone, "8221234", "82****34"),
        (masks.phone, "12345", "*****"),
        (masks.email, "zhou@outai.cn", "z***@outai.cn"),
        (masks.account, "6222021234567890", "**** 7890"),
        (masks.everything, "秘密", "****"),
    ],
)
def test_veils(mask, value, veiled):
    assert mask(value) == veiled
