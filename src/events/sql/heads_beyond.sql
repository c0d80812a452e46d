-- Which of these tenants' streams go beyond what was read. $1 orgs, $2 projects, $3 read, as text → org, project, last id
SELECT h.org_id, h.project_id, h.last_id
FROM unnest($1::uuid[], $2::uuid[], $3::text[]::bigint[]) AS k (org, project, read)
    CROSS JOIN LATERAL (SELECT * FROM event_heads e WHERE e.org_id = k.org AND e.project_id = k.project OFFSET 0) h
WHERE h.last_id > k.read
