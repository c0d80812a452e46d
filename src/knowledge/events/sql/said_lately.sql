-- Seconds until an event of this type can be said again: of a job, or of an instance without one; or no row. $1 org,
-- $2 project, $3 type, $4 job or none, $5 instance, $6 seconds between two. Without a job it looks at the last 1,000
-- events of the tenant, whose ids have no gaps.
SELECT ceil($6 - extract(epoch FROM clock_timestamp() - max(s.created_at)))::int
FROM (SELECT o.type, o.created_at
      FROM (SELECT e.type, e.created_at FROM events e
            WHERE e.org_id = $1 AND e.project_id = $2 AND e.job_id = $4
            ORDER BY e.job_id DESC, e.id DESC LIMIT 100) o
      UNION ALL
      SELECT l.type, l.created_at
      FROM (SELECT e.type, e.created_at, e.job_id, e.data FROM events e
            WHERE e.org_id = $1 AND e.project_id = $2
                AND e.id > (SELECT h.last_id - 1000 FROM event_heads h WHERE h.org_id = $1 AND h.project_id = $2)
            OFFSET 0) l
      WHERE $4 IS NULL AND l.job_id IS NULL AND l.data ->> 'instance' = $5) s
WHERE s.type = $3 AND s.created_at > clock_timestamp() - make_interval(secs => $6)
HAVING count(*) > 0
