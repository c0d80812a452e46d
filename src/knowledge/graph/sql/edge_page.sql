-- The edges that rows vouch for, a page in order. $1 org, $2 project, $3 after: src, $4 type, $5 dst, $6 limit
SELECT src, type, dst, source, owner
FROM graph_edges
WHERE org_id = $1 AND project_id = $2 AND (src, type, dst) > ($3, $4 COLLATE "C", $5) AND source IS NOT NULL
ORDER BY src, type, dst
LIMIT $6
