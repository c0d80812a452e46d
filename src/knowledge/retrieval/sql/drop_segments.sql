-- Takes segments out of the manifest. $1 org, $2 project, $3 kind, $4 segments
DELETE FROM search_segments WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND segment = ANY ($4)
