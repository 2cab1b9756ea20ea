"""Registration codes of companies: the 18-digit unified code (GB 32100-2015) and the old 15-digit number (GS 15-2006)."""

import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}


@dataclass(frozen=True)
class RegistrationCode:
    """What a typed code turned out to be: `kind` is uscc, old, or invalid; `problem` says why in the user's language."""

    kind: str
    value: str
    problem: str = ""


def _cleaned(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()


def check_digit(body: str) -> str:
    """The 18th sign for the first 17."""
    return ALPHABET[-sum(weight * VALUES[sign] for weight, sign in zip(WEIGHTS, body, strict=True)) % 31]


def _valid_old(code: str) -> bool:
    """ISO 7064 MOD 11,10 over the 14 digits, as the old business licences carried it."""
    product = 10
    for digit in code[:14]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(code[14])


def _problem_of_18(code: str) -> str:
    for place, sign in enumerate(code, 1):
        if sign not in VALUES:
            hint = {"O": "，应为数字 0", "I": "，应为数字 1", "Z": "，应为数字 2", "S": "，应为数字 5"}.get(sign, "")
            return f"第 {place} 位「{sign}」不在代码字符集内{hint}"
    expected = check_digit(code[:17])
    return "" if code[17] == expected else f"校验位应为 {expected}，填的是 {code[17]}"


def read_code(text: str) -> RegistrationCode:
    """Tell what a code is. 18 signs: unified code, checked sign by sign; 15 digits: old registration number, kept apart.

    Spaces, hyphens, full-width and lower-case letters are repaired; letters that look like digits are named, never guessed.
    """
    code = _cleaned(text)
    if len(code) == 18:
        problem = _problem_of_18(code)
        return RegistrationCode("invalid" if problem else "uscc", code, problem)
    if len(code) == 15 and code.isascii() and code.isdigit():
        problem = "" if _valid_old(code) else "旧注册号校验位不符"
        return RegistrationCode("old", code, problem)
    if len(code) == 15:
        return RegistrationCode("old", code, "旧注册号含有非数字")
    return RegistrationCode("invalid", code, f"应为 18 位统一社会信用代码或 15 位旧注册号，填的是 {len(code)} 位")
