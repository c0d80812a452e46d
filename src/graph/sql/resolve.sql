-- The node of each kind and name. $1 project, $2 kinds, $3 names
SELECT stele_graph_id($1, n.kind, n.key)
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS n (kind, key, place)
ORDER BY n.place
