-- What a heartbeat has taken along, which its job's input holds. $1 org, $2 project, $3 ids
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM wake_items w USING named n WHERE w.org_id = n.org AND w.project_id = n.project AND w.id = n.id
