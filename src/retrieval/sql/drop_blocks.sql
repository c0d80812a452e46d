-- The blocks of segments that have been merged, or hold nothing any more. $1 org, $2 project, $3 segments
DELETE FROM search_blocks WHERE org_id = $1 AND project_id = $2 AND segment = ANY ($3)
