"""A customer stands in the public pool exactly while it has no owner: kept by the database (CUS-06)."""

import pgtrigger

_DAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
_COLUMNS = "customer_id, last_owner_id, entered_on, entered_at, why, reason, grade, grade_rank, clause, how, exception"

#: Whoever writes a customer without owner, by whatever way: it stands in the pool. Services add why afterwards.
STAYS_OF_NEW_ROWS = pgtrigger.Func(
    f"""
    INSERT INTO customers_poolstay ({_COLUMNS})
    SELECT id, NULL, {_DAY}, now(), 'entered', '', '', 99, '', '', '' FROM new_rows WHERE owner_id IS NULL;
    RETURN NULL;
    """  # noqa: S608 — constants
)
STAY_FOLLOWS_OWNER = pgtrigger.Func(
    f"""
    IF NEW.owner_id IS NULL THEN
        INSERT INTO customers_poolstay ({_COLUMNS})
        SELECT NEW.id, OLD.owner_id, {_DAY}, now(), 'by_hand', '', f.grade, f.grade_rank, '', '', ''
          FROM customers_customerfigures f WHERE f.customer_id = NEW.id;
    ELSE
        UPDATE customers_poolstay SET left_on = {_DAY}, left_at = now(), taken_by_id = NEW.owner_id, how = 'assigned'
         WHERE customer_id = NEW.id AND left_on IS NULL;
    END IF;
    RETURN NULL;
    """  # noqa: S608 — constants
)
