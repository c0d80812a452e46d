-- What edges say about nodes of which nothing else is known. $1 org, $2 project, $3 ids
SELECT f.id, coalesce(o.src_kind, i.dst_kind)
FROM unnest($3::uuid[]) f (id)
    LEFT JOIN LATERAL (SELECT g.src_kind FROM graph_edges g
                       WHERE g.org_id = $1 AND g.project_id = $2 AND g.src >= f.id AND g.src <= f.id
                       ORDER BY g.src, g.type, g.dst LIMIT 1) o ON true
    LEFT JOIN LATERAL (SELECT g.dst_kind FROM graph_edges g
                       WHERE g.org_id = $1 AND g.project_id = $2 AND g.dst >= f.id AND g.dst <= f.id
                       ORDER BY g.dst, g.type, g.src LIMIT 1) i ON true
WHERE coalesce(o.src_kind, i.dst_kind) IS NOT NULL
