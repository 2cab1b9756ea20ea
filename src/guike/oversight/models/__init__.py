from guike.oversight.models.personal import KINDS, Hold, Keeping, PersonalRequest, PersonalTerms
from guike.oversight.models.seals import Excision, Horizon, Leaves, Seal, SealedRange, Shape

__all__ = [
    "KINDS",
    "Excision",
    "Hold",
    "Horizon",
    "Keeping",
    "Leaves",
    "PersonalRequest",
    "PersonalTerms",
    "Seal",
    "SealedRange",
    "Shape",
]
