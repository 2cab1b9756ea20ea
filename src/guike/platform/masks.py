"""How veiled values look (PLT-01 fields, 08-quality privacy): enough to recognise, too little to use."""

from guike.platform.access import Right, Viewer, _declared, field_right


def phone(value: str) -> str:
    """138****8000; a landline keeps its area code and last two digits."""
    digits = value.strip()
    if len(digits) < 7:
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"{digits[:2]}****{digits[-2:]}"


def email(value: str) -> str:
    """z***@example.cn"""
    name, at, host = value.partition("@")
    return f"{name[:1]}***{at}{host}"


def account(value: str) -> str:
    """Bank and identity numbers: the last four only."""
    return f"**** {value[-4:]}" if len(value) > 4 else "****"


def everything(value: str) -> str:
    return "****"


MASKS = {"phone": phone, "email": email, "account": account, "all": everything}


def shown(viewer: Viewer, code: str, name: str, value: object) -> object:
    """A field's value as this viewer may see it: clear, veiled, or nothing at all."""
    right = field_right(viewer, code, name)
    if right >= Right.READ or value in (None, ""):
        return value if right > Right.HIDDEN else None
    if right is Right.MASKED:
        return MASKS[_declared[code].fields[name].mask or "all"](str(value))
    return None
