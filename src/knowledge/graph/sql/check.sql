-- Every edge, the linked ones too: how many there are, and what must not be: strict edges against the order of ranks
-- plan: tenant, because it compares two tables
-- (without any there is no cycle), and ends that are known by a name alone and have lost it. $1 org, $2 project
SELECT count(*),
       count(*) FILTER (WHERE e.linked_by IS NOT NULL),
       count(*) FILTER (WHERE e.strict AND coalesce(s.rank, stele_graph_rank(e.src))
                                           <= coalesce(d.rank, stele_graph_rank(e.dst))),
       count(*) FILTER (WHERE (substr(e.dst::text, 15, 1) = '8' AND n.id IS NULL)
                           OR (substr(e.src::text, 15, 1) = '8' AND o.id IS NULL))
FROM graph_edges e
    LEFT JOIN graph_ranks s ON s.org_id = $1 AND s.project_id = $2 AND s.id = e.src
    LEFT JOIN graph_ranks d ON d.org_id = $1 AND d.project_id = $2 AND d.id = e.dst
    LEFT JOIN graph_nodes n ON n.org_id = $1 AND n.project_id = $2 AND n.id = e.dst
    LEFT JOIN graph_nodes o ON o.org_id = $1 AND o.project_id = $2 AND o.id = e.src
WHERE e.org_id = $1 AND e.project_id = $2
