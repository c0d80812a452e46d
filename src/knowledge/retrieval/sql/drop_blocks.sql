-- The blocks of segments that have been merged, or hold nothing any more. $1 org, $2 project, $3 segments
WITH named AS MATERIALIZED (SELECT $1::uuid AS org, $2::uuid AS project, i.id FROM unnest($3::uuid[]) i (id))
DELETE FROM search_blocks b USING named n
WHERE b.org_id = n.org AND b.project_id = n.project AND b.segment = n.id
