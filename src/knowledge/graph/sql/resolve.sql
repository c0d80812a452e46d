-- The node of each kind and name. $1 kinds, $2 names
SELECT stele_graph_id(n.kind, n.key)
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS n (kind, key, place)
ORDER BY n.place
