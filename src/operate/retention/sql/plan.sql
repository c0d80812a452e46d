-- What one rule would delete, tenant by tenant; read as the operator, who sees them all.
-- $1 class, $2 by expiry (else by the last change), $3 before, $4 rows that expired before then are another
-- rule's already, or NULL
SELECT org_id, project_id, count(*), min(greatest(created_at, updated_at))
FROM memories
WHERE retention = $1 AND retention <> 'legal-hold'
  AND CASE WHEN $2 THEN expires_at ELSE greatest(created_at, updated_at) END < $3
  AND ($4::timestamptz IS NULL OR expires_at IS NULL OR expires_at >= $4)
GROUP BY org_id, project_id
ORDER BY org_id, project_id
