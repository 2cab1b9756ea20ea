"""What PostgreSQL itself knows of the calendar: the computed table, and functions for set-based queries.

`gk_is_workday(date)`, `gk_add_workdays(date, int)`, `gk_workdays_between(date, date)` mean exactly what the Python functions of
the same names mean. Outside 2000–2035 they fall back to the weekend rule, so one odd date in a million rows stops nothing.
"""

from django.db import connection

from guike.organisation.calendar.rules import FIRST_DAY, LAST_DAY

FUNCTIONS = """
CREATE OR REPLACE FUNCTION gk_count_weekdays(d date) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((d - date '0001-01-01' + 1) / 7) * 5 + least((d - date '0001-01-01' + 1) % 7, 5)
$$;

CREATE OR REPLACE FUNCTION gk_add_weekdays(d date, n int) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date '0001-01-01' + (t / 5) * 7 + t % 5
      FROM (SELECT gk_count_weekdays(d) + n - CASE WHEN n <= 0 AND extract(isodow FROM d) > 5 THEN 0 ELSE 1 END AS t) s
$$;

CREATE OR REPLACE FUNCTION gk_is_workday(d date) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT is_workday FROM organisation_calendarday WHERE day = d), extract(isodow FROM d) < 6)
$$;

CREATE OR REPLACE FUNCTION gk_add_workdays(d date, n int) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN d IS NULL OR n IS NULL THEN NULL ELSE coalesce(
        (SELECT t.day FROM organisation_calendarday f
           JOIN organisation_calendarday t ON t.is_workday AND t.ordinal = f.ordinal + n + CASE WHEN n <= 0 AND NOT f.is_workday THEN 1 ELSE 0 END
          WHERE f.day = d),
        gk_add_weekdays(d, n)) END
$$;

CREATE OR REPLACE FUNCTION gk_workdays_between(a date, b date) RETURNS int LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE coalesce(
        (SELECT ordinal FROM organisation_calendarday WHERE day = b) - (SELECT ordinal FROM organisation_calendarday WHERE day = a),
        gk_count_weekdays(b) - gk_count_weekdays(a)) END
$$;
"""

RECOMPUTE = """
WITH counted AS (
    SELECT d.day,
           coalesce(e.is_workday, s.is_workday, extract(isodow FROM d.day) < 6) AS is_workday,
           CASE WHEN e.is_workday IS TRUE THEN 'company_work' WHEN e.is_workday IS FALSE THEN 'company_rest'
                WHEN s.is_workday IS TRUE THEN 'makeup' WHEN s.is_workday IS FALSE THEN 'holiday'
                WHEN extract(isodow FROM d.day) < 6 THEN 'workday' ELSE 'weekend' END AS kind,
           coalesce(e.reason, s.name, '') AS note,
           e.day IS NULL AND s.day IS NULL AND NOT coalesce(y.announced, false) AS provisional
      FROM (SELECT generate_series(%(first)s::date, %(last)s::date, '1 day')::date AS day) d
      LEFT JOIN organisation_calendarexception e USING (day)
      LEFT JOIN organisation_statutoryday s USING (day)
      LEFT JOIN organisation_calendaryear y ON y.year = extract(year FROM d.day)
)
INSERT INTO organisation_calendarday AS c (day, is_workday, kind, note, provisional, ordinal)
SELECT day, is_workday, kind, note, provisional, sum(is_workday::int) OVER (ORDER BY day) FROM counted
ON CONFLICT (day) DO UPDATE
   SET is_workday = EXCLUDED.is_workday, kind = EXCLUDED.kind, note = EXCLUDED.note,
       provisional = EXCLUDED.provisional, ordinal = EXCLUDED.ordinal
 WHERE (c.is_workday, c.kind, c.note, c.provisional, c.ordinal)
       IS DISTINCT FROM (EXCLUDED.is_workday, EXCLUDED.kind, EXCLUDED.note, EXCLUDED.provisional, EXCLUDED.ordinal)
"""


def install_functions() -> None:
    """(Re)create the SQL functions; safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)


def recompute() -> int:
    """Work out every day again from notices and exceptions; returns how many days now count otherwise or are numbered anew."""
    with connection.cursor() as cursor:
        cursor.execute(RECOMPUTE, {"first": FIRST_DAY, "last": LAST_DAY})
        return cursor.rowcount
