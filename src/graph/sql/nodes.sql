-- What the graph knows of some nodes: kind, and the name of those that have no row elsewhere.
-- $1 org, $2 project, $3 ids
SELECT f.id, coalesce(n.kind, o.src_kind, i.dst_kind), n.key
FROM unnest($3::uuid[]) f (id)
    LEFT JOIN graph_nodes n ON n.org_id = $1 AND n.project_id = $2 AND n.id = f.id
    LEFT JOIN LATERAL (SELECT src_kind FROM graph_edges
                       WHERE org_id = $1 AND project_id = $2 AND src = f.id LIMIT 1) o ON true
    LEFT JOIN LATERAL (SELECT dst_kind FROM graph_edges
                       WHERE org_id = $1 AND project_id = $2 AND dst = f.id LIMIT 1) i ON true
WHERE coalesce(n.kind, o.src_kind, i.dst_kind) IS NOT NULL
