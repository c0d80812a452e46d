-- Events after one and up to another, in their order. $1 org, $2 project, $3 after, $4 to, $5 session or none, $6 types
-- or none, where "job." means all that begin so, $7 how many at most
SELECT e.id, e.type, e.job_id, e.session, e.created_at, e.data
FROM events e
WHERE e.org_id = $1 AND e.project_id = $2 AND e.id > $3 AND e.id <= $4
    AND ($5::text IS NULL OR e.session = $5)
    AND ($6::text[] IS NULL
         OR EXISTS (SELECT FROM unnest($6) t WHERE e.type = t OR (t LIKE '%.' AND starts_with(e.type, t))))
ORDER BY e.id
LIMIT $7
