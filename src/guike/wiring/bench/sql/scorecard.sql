-- The same ten characteristics as scorecard.yaml, written by hand as one would for one report: three grouped passes, bands, points, sum.
WITH p AS (
    SELECT customer_id,
           sum(amount) FILTER (WHERE day > (:day - interval '12 months')::date) AS a12,
           sum(amount) FILTER (WHERE day > (:day - interval '24 months')::date AND day <= (:day - interval '12 months')::date) AS prev,
           sum(amount) FILTER (WHERE kind = 'order' AND day > (:day - interval '12 months')::date) AS gross12,
           sum(orders) FILTER (WHERE kind = 'order' AND day > (:day - interval '12 months')::date) AS orders12,
           max(day) FILTER (WHERE kind = 'order') AS last_on, min(day) FILTER (WHERE kind = 'order') AS first_on
      FROM (
           SELECT customer_id, 'order' AS kind, ordered_on AS day, amount, 1 AS orders FROM sales_salesorder
            WHERE confirmed_on <= :day AND ordered_on <= :day AND (cancelled_on IS NULL OR cancelled_on > :day) AND NOT split_dates
           UNION ALL
           SELECT o.customer_id, 'order', coalesce(l.ordered_on, o.ordered_on), l.amount, (l.ordered_on IS NULL AND l.line_number = 1)::int
             FROM sales_salesorder o JOIN sales_salesorderline l ON l.order_id = o.id
            WHERE o.split_dates AND o.confirmed_on <= :day AND coalesce(l.ordered_on, o.ordered_on) <= :day AND (o.cancelled_on IS NULL OR o.cancelled_on > :day)
           UNION ALL
           SELECT customer_id, 'return', returned_on, -amount, 0 FROM sales_returnorder WHERE status = 'confirmed' AND returned_on <= :day
      ) m GROUP BY customer_id
), r AS (
    SELECT customer_id, sum(amount) AS back12 FROM sales_returnorder
     WHERE status = 'confirmed' AND returned_on <= :day AND returned_on > (:day - interval '12 months')::date GROUP BY customer_id
), f AS (
    SELECT customer_id, count(*) FILTER (WHERE happened_on > (:day - interval '90 days')::date) AS c90, max(happened_on) AS last_contact
      FROM contact_followup WHERE voided_at IS NULL AND happened_on <= :day GROUP BY customer_id
), x AS (
    SELECT subject_id,
           (array_agg(number ORDER BY observed_on DESC, id DESC) FILTER (WHERE metric = 'payment.on_time_rate'))[1] AS on_time,
           (array_agg(number ORDER BY observed_on DESC, id DESC) FILTER (WHERE metric = 'loyalty.wallet_share'))[1] AS wallet
      FROM engine_assessment
     WHERE subject_kind = 'customer' AND metric IN ('payment.on_time_rate', 'loyalty.wallet_share') AND withdrawn_at IS NULL AND observed_on <= :day
     GROUP BY subject_id
), v AS (
    SELECT c.id, coalesce(p.a12, 0) AS a12, round((coalesce(p.a12, 0) - coalesce(p.prev, 0)) * 100 / nullif(greatest(coalesce(p.prev, 0), 0), 0), 2) AS growth,
           extract(year FROM age(:day, p.first_on))::int AS years, coalesce(p.orders12, 0) AS orders12, :day - p.last_on AS idle,
           round(coalesce(r.back12, 0) * 100 / nullif(coalesce(p.gross12, 0), 0), 2) AS returned, coalesce(f.c90, 0) AS c90, :day - f.last_contact AS silent,
           x.on_time, x.wallet
      FROM customers_customer c LEFT JOIN p ON p.customer_id = c.id LEFT JOIN r ON r.customer_id = c.id LEFT JOIN f ON f.customer_id = c.id
      LEFT JOIN x ON x.subject_id = c.id
     WHERE c.removed_at IS NULL OFFSET 0 -- as one writes it after the first EXPLAIN: no expression computed twice
), b AS (
    SELECT v.*,
           CASE WHEN a12 >= 50000 THEN 100 WHEN a12 >= 10000 THEN 80 WHEN a12 >= 2000 THEN 50 ELSE 10 END AS p0,
           CASE WHEN growth IS NULL THEN 50 WHEN growth >= 15 THEN 100 WHEN growth >= 0 THEN 60 ELSE 30 END AS p1,
           CASE WHEN years IS NULL THEN 0 WHEN years >= 5 THEN 100 WHEN years >= 3 THEN 80 WHEN years >= 1 THEN 60 ELSE 30 END AS p2,
           CASE WHEN orders12 >= 12 THEN 100 WHEN orders12 >= 4 THEN 70 ELSE 30 END AS p3,
           CASE WHEN idle IS NULL THEN 0 WHEN idle < 30 THEN 100 WHEN idle < 120 THEN 70 ELSE 20 END AS p4,
           CASE WHEN returned IS NULL THEN 60 WHEN returned < 1 THEN 100 WHEN returned < 5 THEN 60 ELSE 0 END AS p5,
           CASE WHEN c90 >= 6 THEN 100 WHEN c90 >= 2 THEN 70 ELSE 20 END AS p6,
           CASE WHEN silent IS NULL THEN 0 WHEN silent < 15 THEN 100 WHEN silent < 60 THEN 60 ELSE 10 END AS p7,
           CASE WHEN on_time IS NULL THEN 60 WHEN on_time >= 95 THEN 100 WHEN on_time >= 80 THEN 60 ELSE 20 END AS p8,
           CASE WHEN wallet IS NULL THEN 50 WHEN wallet >= 50 THEN 100 WHEN wallet >= 30 THEN 60 ELSE 40 END AS p9
      FROM v OFFSET 0
), s AS (
    SELECT id AS subject_id, (p0 * 25 + p1 * 10 + p2 * 10 + p3 * 5 + p4 * 10 + p5 * 5 + p6 * 10 + p7 * 5 + p8 * 10 + p9 * 10) * 0.01 AS score,
           p0, p1, p2, p3, p4, p5, p6, p7, p8, p9
      FROM b OFFSET 0
)
SELECT subject_id, CASE WHEN score >= 70 THEN 'A' WHEN score >= 50 THEN 'B' ELSE 'C' END AS outcome, score, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 FROM s
