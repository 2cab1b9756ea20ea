"""Looking through all the books for doubles: blocks by key in SQL, compared by the rules, gathered into findings (CUS-07)."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.models import Contact, Customer, DuplicateCluster, DuplicateMember, NotDuplicate
from guike.customers.selectors import identity_of
from guike.platform import clock
from guike.platform.access import SYSTEM, Viewer, require, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

#: Customers that share one key: more than so many are not compared with each other one by one.
LARGEST_BLOCK = 40
#: Pairs compared at a time.
PIECE = 4000
#: Findings with more customers than this are a shared switchboard number rather than doubles.
LARGEST_CLUSTER = 12
_KEYS = """
CREATE TEMPORARY TABLE duplicate_key ON COMMIT DROP AS
SELECT 'n' || name_key AS key, id FROM customers_customer WHERE removed_at IS NULL AND name_key <> ''
UNION ALL SELECT 's' || pinyin, id FROM customers_customer WHERE removed_at IS NULL AND length(name_key) >= 4 AND kind = 'company'
UNION ALL SELECT 'b' || brand_sound || '|' || brand_place, id FROM customers_customer WHERE removed_at IS NULL AND brand_sound <> ''
UNION ALL SELECT 'w' || brand_sound, id FROM customers_customer WHERE removed_at IS NULL AND brand_sound <> ''
UNION ALL SELECT 'r' || registration_number, id FROM customers_customer WHERE removed_at IS NULL AND registration_number <> ''
UNION ALL SELECT 'p' || k, id FROM customers_customer, unnest(phone_keys) k WHERE removed_at IS NULL AND length(k) >= 7
UNION ALL SELECT 'p' || k, c.customer_id FROM customers_contact c JOIN customers_customer o ON o.id = c.customer_id AND o.removed_at IS NULL,
                 unnest(c.phone_keys) k WHERE c.removed_at IS NULL AND length(k) >= 7
"""
_FORMER = "INSERT INTO duplicate_key SELECT 'n' || k, id FROM unnest(%s::text[], %s::bigint[]) f(k, id)"
_BLOCKS = """
CREATE TEMPORARY TABLE duplicate_block ON COMMIT DROP AS
SELECT key, array_agg(DISTINCT id) AS ids FROM duplicate_key GROUP BY key HAVING count(DISTINCT id) > 1
"""
_PAIRS = """
SELECT DISTINCT a.id AS low, b.id AS high FROM duplicate_block d, unnest(d.ids) a(id), unnest(d.ids) b(id)
 WHERE a.id < b.id AND cardinality(d.ids) <= %s AND NOT EXISTS (SELECT FROM customers_notduplicate x WHERE x.low_id = a.id AND x.high_id = b.id)
 ORDER BY 1, 2
"""


@verb("customers.scan_duplicates")
def scan(*, actor: Viewer, progress: Callable[[int, int], None] | None = None, reason: str = "") -> dict[str, int]:
    """Compare all customers that share a key and keep those alike enough as findings; open findings of earlier scans are replaced.

    Nothing is merged. Returns pairs compared, findings, customers in them, and keys that too many share to be compared.
    """
    require(actor, "duplicate", "scan")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('customers.scan_duplicates'))")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("DROP TABLE IF EXISTS duplicate_pair, duplicate_block, duplicate_key")
        cursor.execute(_KEYS)
        cursor.execute(_FORMER, _former())
        cursor.execute(_BLOCKS)
        cursor.execute("SELECT count(*) FROM duplicate_block WHERE cardinality(ids) > %s", [LARGEST_BLOCK])
        crowded = cursor.fetchone()[0]
    found, compared = _compare(progress)
    clusters = _gather(found)
    _keep(clusters)
    return {"compared": compared, "found": len(clusters), "customers": sum(len(ids) for ids, _score, _why in clusters), "crowded": crowded}


def _former() -> tuple[list[str], list[int]]:
    """Keys of former names: few customers have any."""
    keys, ids = [], []
    for pk, names in Customer.objects.exclude(former_names=[]).values_list("pk", "former_names"):
        for name in names:
            keys.append(rules.name_key(name))
            ids.append(pk)
    return keys, ids


def _pieces() -> Iterator[list[tuple[int, int]]]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE duplicate_pair ON COMMIT DROP AS " + _PAIRS, [LARGEST_BLOCK])
        cursor.execute("DECLARE duplicate_walk NO SCROLL CURSOR FOR SELECT * FROM duplicate_pair")
        while True:
            cursor.execute(f"FETCH {PIECE} FROM duplicate_walk")
            if not (rows := cursor.fetchall()):
                break
            yield rows
        cursor.execute("CLOSE duplicate_walk")


def _compare(progress: Callable[[int, int], None] | None) -> tuple[list[tuple[int, int, rules.Likeness]], int]:
    found, compared = [], 0
    for pairs in _pieces():
        records = _identities({pk for pair in pairs for pk in pair})
        for low, high in pairs:
            likeness = rules.likeness(records[low], records[high])
            if likeness.score >= rules.SUSPICIOUS:
                found.append((low, high, likeness))
        compared += len(pairs)
        if progress:
            progress(compared, compared)
    return found, compared


def _identities(ids: set[int]) -> dict[int, rules.Identity]:
    phones: dict[int, list[str]] = defaultdict(list)
    for customer_id, keys in Contact.objects.filter(customer__in=ids).exclude(phone_keys=[]).values_list("customer_id", "phone_keys"):
        phones[customer_id].extend(keys)
    fields = ("name", "kind", "short_name", "former_names", "uscc", "registration_number", "phone", "phones", "registered_address")
    return {one.pk: identity_of(one, phones[one.pk]) for one in Customer.objects.filter(pk__in=ids).only(*fields)}


Found = tuple[list[int], int, list[str]]


def _gather(pairs: Sequence[tuple[int, int, rules.Likeness]]) -> list[Found]:
    """(customers, best score, reasons) of every group that hangs together."""
    above: dict[int, int] = {}

    def root(pk: int) -> int:
        while above.setdefault(pk, pk) != pk:
            above[pk] = above[above[pk]]
            pk = above[pk]
        return pk

    for low, high, _likeness in pairs:
        above[root(high)] = root(low)
    groups: dict[int, set[int]] = defaultdict(set)
    best: dict[int, int] = defaultdict(int)
    reasons: dict[int, set[str]] = defaultdict(set)
    for low, high, likeness in pairs:
        key = root(low)
        groups[key] |= {low, high}
        best[key] = max(best[key], likeness.score)
        reasons[key] |= {*likeness.reasons, *likeness.against}
    order = list(rules.REASONS) + list(rules.AGAINST)
    kept = ((sorted(ids), best[key], sorted(reasons[key], key=order.index)) for key, ids in groups.items())
    return [one for one in kept if len(one[0]) <= LARGEST_CLUSTER]


def _keep(clusters: Sequence[Found]) -> None:
    DuplicateCluster.objects.filter(state=DuplicateCluster.State.OPEN).delete()
    now = clock.now()
    made = DuplicateCluster.objects.bulk_create(
        [DuplicateCluster(score=score, reasons=reasons, size=len(ids), lead_id=ids[0], found_at=now) for ids, score, reasons in clusters],
        batch_size=2000,
    )
    DuplicateMember.objects.bulk_create(
        [DuplicateMember(cluster=cluster, customer_id=pk) for cluster, (ids, _s, _r) in zip(made, clusters, strict=True) for pk in ids],
        batch_size=5000,
    )


@verb("customers.dismiss_duplicate")
def dismiss(cluster_id: int, *, actor: Viewer, reason: str = "") -> DuplicateCluster:
    """These are different customers: remembered for every pair, so that no scan asks again."""
    cluster = row(actor, "duplicate", cluster_id, "decide", lock=True)
    if cluster.state != DuplicateCluster.State.OPEN:
        raise Refused(_("这一组已处理过"))
    ids = sorted(cluster.members.values_list("customer", flat=True))
    decided = {"decided_by_id": actor.person_id, "decided_at": clock.now(), "reason": reason.strip()[:200]}
    pairs = [NotDuplicate(low_id=low, high_id=high, **decided) for place, low in enumerate(ids) for high in ids[place + 1 :]]
    NotDuplicate.objects.bulk_create(pairs, ignore_conflicts=True)
    cluster.state, cluster.decided_by_id, cluster.decided_at = DuplicateCluster.State.DISMISSED, actor.person_id, clock.now()
    cluster.reason = decided["reason"]
    cluster.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return cluster


@verb("customers.reopen_duplicate")
def reopen(cluster_id: int, *, actor: Viewer, reason: str = "") -> DuplicateCluster:
    """Take back "not a duplicate": the next scan looks at the pairs again."""
    cluster = row(actor, "duplicate", cluster_id, "decide", lock=True)
    if cluster.state != DuplicateCluster.State.DISMISSED:
        raise Refused(_("只有标为“不是重复”的才能改回"))
    ids = list(cluster.members.values_list("customer", flat=True))
    NotDuplicate.objects.filter(low__in=ids, high__in=ids).delete()
    cluster.state, cluster.decided_by, cluster.decided_at = DuplicateCluster.State.OPEN, None, None
    cluster.save(update_fields=["state", "decided_by", "decided_at"])
    return cluster


def scan_now(progress: Callable[[int, int], None]) -> dict[str, int]:
    """The scan as the worker runs it, in a transaction of its own."""
    with transaction.atomic():
        return scan(actor=SYSTEM, progress=progress)
