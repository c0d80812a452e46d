-- One step of a walk: the edges at some nodes, in the order of the nodes, of each type the newest ends first and
-- only so many: a node with 100,000 edges costs as much as one with a few. The rows are compared, not their parts,
-- so that only the index that begins with the node gives the order asked for.
-- $1 org, $2 project, $3 nodes, $4 types to follow from src to dst, $5 types to follow from dst to src,
-- $6 edges of one type at one node, $7 edges in all
SELECT f.id, e.outward, e.src, e.type, e.dst, e.strict, e.src_kind, e.dst_kind, e.weight, e.linked_by
FROM unnest($3::uuid[]) WITH ORDINALITY AS f (id, place)
    CROSS JOIN LATERAL (
        SELECT true AS outward, o.*
        FROM unnest($4::text[]) t (type)
            CROSS JOIN LATERAL (SELECT g.src, g.type, g.dst, g.strict, g.src_kind, g.dst_kind, g.weight, g.linked_by
                                FROM graph_edges g
                                WHERE g.org_id = $1 AND g.project_id = $2
                                    AND (g.src, g.type) >= (f.id, t.type) AND (g.src, g.type) <= (f.id, t.type)
                                ORDER BY g.src DESC, g.type DESC, g.dst DESC LIMIT $6) o
        UNION ALL
        SELECT false, i.*
        FROM unnest($5::text[]) t (type)
            CROSS JOIN LATERAL (SELECT g.src, g.type, g.dst, g.strict, g.src_kind, g.dst_kind, g.weight, g.linked_by
                                FROM graph_edges g
                                WHERE g.org_id = $1 AND g.project_id = $2
                                    AND (g.dst, g.type) >= (f.id, t.type) AND (g.dst, g.type) <= (f.id, t.type)
                                ORDER BY g.dst DESC, g.type DESC, g.src DESC LIMIT $6) i
    ) e
LIMIT $7
