-- Names and ranks of nodes that have no edge any more. The caller holds the tenant's lock.
-- $1 org, $2 project, $3 ids
WITH lone AS MATERIALIZED (
    SELECT f.id FROM unnest($3::uuid[]) f (id)
    WHERE NOT EXISTS (SELECT FROM graph_edges WHERE org_id = $1 AND project_id = $2 AND src = f.id)
        AND NOT EXISTS (SELECT FROM graph_edges WHERE org_id = $1 AND project_id = $2 AND dst = f.id)
), ranks AS (
    DELETE FROM graph_ranks r USING lone WHERE r.org_id = $1 AND r.project_id = $2 AND r.id = lone.id
)
DELETE FROM graph_nodes n USING lone WHERE n.org_id = $1 AND n.project_id = $2 AND n.id = lone.id
