from guike.customers.models.certificates import Certificate
from guike.customers.models.consents import Consent
from guike.customers.models.contacts import Collaborator, Contact
from guike.customers.models.custom_fields import CustomField
from guike.customers.models.customer import Customer, CustomerAddress
from guike.customers.models.doubles import CustomerMerge, DuplicateCluster, DuplicateMember, MergeChange, NotDuplicate
from guike.customers.models.exceptions import PoolException
from guike.customers.models.figures import CustomerFigures
from guike.customers.models.handover import Handover, HandoverItem
from guike.customers.models.insights import Competitor, Need
from guike.customers.models.key_dates import KeyDate
from guike.customers.models.lifecycle import LifecycleMove
from guike.customers.models.pool import PoolStay
from guike.customers.models.profile import ProfileRule
from guike.customers.models.proposals import FileProposal
from guike.customers.models.relations import Relation

__all__ = [
    "Certificate",
    "Collaborator",
    "Competitor",
    "Consent",
    "Contact",
    "CustomField",
    "Customer",
    "CustomerAddress",
    "CustomerFigures",
    "CustomerMerge",
    "DuplicateCluster",
    "DuplicateMember",
    "FileProposal",
    "Handover",
    "HandoverItem",
    "KeyDate",
    "LifecycleMove",
    "MergeChange",
    "Need",
    "NotDuplicate",
    "PoolException",
    "PoolStay",
    "ProfileRule",
    "Relation",
]
