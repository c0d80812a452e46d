-- As page.sql, of one job, by its index. $1 org, $2 project, $3 after, $4 to, $5 job, $6 session or none, $7 types or
-- none, $8 how many at most
SELECT e.id, e.type, e.job_id, e.session, e.created_at, e.data
FROM events e
WHERE e.org_id = $1 AND e.project_id = $2 AND e.job_id = $5 AND e.id > $3 AND e.id <= $4
    AND ($6::text IS NULL OR e.session = $6)
    AND ($7::text[] IS NULL
         OR EXISTS (SELECT FROM unnest($7) t WHERE e.type = t OR (t LIKE '%.' AND starts_with(e.type, t))))
ORDER BY e.job_id, e.id
LIMIT $8
