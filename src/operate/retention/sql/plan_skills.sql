-- What one rule would delete of the skills, tenant by tenant; read as the operator, who sees them all.
-- $1 class, $2 before
SELECT org_id, project_id, count(*), min(greatest(created_at, updated_at))
FROM skills
WHERE retention = $1 AND retention <> 'legal-hold' AND greatest(created_at, updated_at) < $2
GROUP BY org_id, project_id
ORDER BY org_id, project_id
