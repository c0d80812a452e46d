-- A tenant and kind of which nothing is left to index. $1 org, $2 project, $3 kind
DELETE FROM segment_queue WHERE org_id = $1 AND project_id = $2 AND kind = $3
