-- Which of these tenants' streams end elsewhere than where they were read to. $1 orgs, $2 projects, $3 read, as text
-- → org, project, last id
SELECT k.org, k.project, coalesce(h.last_id, 0)
FROM unnest($1::uuid[], $2::uuid[], $3::text[]::bigint[]) AS k (org, project, read)
    LEFT JOIN stele_event_heads($1, $2) h ON h.org_id = k.org AND h.project_id = k.project
WHERE coalesce(h.last_id, 0) <> k.read
