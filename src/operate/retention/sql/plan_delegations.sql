-- What one rule would delete of the delegations, tenant by tenant; read as the operator. $1 class, $2 before
SELECT org_id, project_id, count(*), min(ended_at)
FROM delegations
WHERE retention = $1 AND retention <> 'legal-hold' AND ended_at < $2
GROUP BY org_id, project_id
ORDER BY org_id, project_id
