-- What one rule would delete of the explanations that dry runs asked to keep (those of delegations go with them),
-- tenant by tenant; read as the operator. $1 class, $2 before
SELECT e.org_id, e.project_id, count(*), min(e.created_at)
FROM routing_explanations e
WHERE $1 = 'ephemeral' AND e.created_at < $2
    AND NOT EXISTS (SELECT FROM delegations d
                    WHERE d.org_id = e.org_id AND d.project_id = e.project_id AND d.routing_explanation_id = e.id)
GROUP BY e.org_id, e.project_id
ORDER BY e.org_id, e.project_id
