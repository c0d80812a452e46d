-- Deletes the explanations of delegations that are gone. $1 org, $2 project, $3 ids
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM routing_explanations e USING named n
WHERE e.org_id = n.org AND e.project_id = n.project AND e.id = n.id
