-- What became of a job's descendants, and what they used together. $1 org, $2 project, $3 job
-- → 'status' or 'usage', which, how much
WITH RECURSIVE tree AS (
    SELECT c.id, c.status, c.usage FROM jobs c
    WHERE c.org_id = $1 AND c.project_id = $2 AND c.parent_id = $3
    UNION ALL
    SELECT c.id, c.status, c.usage
    FROM tree t
        CROSS JOIN LATERAL (SELECT b.id, b.status, b.usage FROM jobs b
                            WHERE b.org_id = $1 AND b.project_id = $2 AND b.parent_id = t.id OFFSET 0) c
)
SELECT 'status', s.status, count(*)::double precision
FROM (SELECT CASE WHEN q.state IN ('running', 'waiting') THEN q.state ELSE t.status END AS status
      FROM tree t
          LEFT JOIN LATERAL (SELECT b.state FROM job_queue b
                             WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = t.id OFFSET 0) q ON true) s
GROUP BY s.status
UNION ALL
SELECT 'usage', u.key, sum(u.value::text::double precision)
FROM tree t CROSS JOIN LATERAL jsonb_each(t.usage) u
WHERE jsonb_typeof(t.usage) = 'object' AND jsonb_typeof(u.value) = 'number'
GROUP BY u.key
