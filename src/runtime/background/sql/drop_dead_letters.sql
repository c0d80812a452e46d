-- Items that are gone, or done after all, are no dead letters.
-- $1 org, $2 project, $3 items
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM dead_letters d USING named n
WHERE d.org_id = n.org AND d.project_id = n.project AND d.item = n.id
