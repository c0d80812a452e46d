-- The kinds and names of nodes that have no row elsewhere. $1 org, $2 project, $3 ids
SELECT id, kind, key FROM graph_nodes WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
