-- The last events, the newest first. $1 org, $2 project, $3 session or none, $4 types or none, where "job." means all
-- plan: page
-- that begin so, $5 how many at most
SELECT e.id, e.type, e.job_id, e.session, e.created_at, e.data
FROM events e
WHERE e.org_id = $1 AND e.project_id = $2
    AND ($3::text IS NULL OR e.session = $3)
    AND ($4::text[] IS NULL
         OR EXISTS (SELECT FROM unnest($4) t WHERE e.type = t OR (t LIKE '%.' AND starts_with(e.type, t))))
ORDER BY e.id DESC
LIMIT $5
