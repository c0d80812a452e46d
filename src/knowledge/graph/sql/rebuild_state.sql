-- How far the tenant's rebuild has come. $1 org, $2 project
SELECT table_name, run_id, last_key, row_count, added, removed, done
FROM graph_rebuild_state
WHERE org_id = $1 AND project_id = $2
