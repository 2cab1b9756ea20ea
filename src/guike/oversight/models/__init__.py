from guike.oversight.models.due import DuePerson
from guike.oversight.models.personal import ENDING, KINDS, Hold, Keeping, PersonalRequest, PersonalTerms
from guike.oversight.models.seals import Excision, Horizon, Leaves, Seal, SealedRange, Shape

__all__ = [
    "ENDING",
    "KINDS",
    "DuePerson",
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
