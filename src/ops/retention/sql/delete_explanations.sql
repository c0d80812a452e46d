-- Deletes the explanations of delegations that are gone. $1 org, $2 project, $3 ids
DELETE FROM routing_explanations e USING unnest($3::uuid[]) AS n (id)
WHERE e.org_id = $1 AND e.project_id = $2 AND e.id = n.id
