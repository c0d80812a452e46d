-- One edge that somebody asks for; how many rows were written, 0 when it was linked already.
-- $1 org, $2 project, $3 by whom, $4 from, $5 its kind, $6 its key or NULL, $7 type, $8 to, $9 its kind,
-- $10 its key or NULL, $11 weight, $12 evidence
SELECT stele_graph_write($1, $2, NULL, $3, ARRAY[NULL]::uuid[], ARRAY[$4::uuid], ARRAY[$5::text], ARRAY[$6::text],
                         ARRAY[$7::text], ARRAY[$8::uuid], ARRAY[$9::text], ARRAY[$10::text],
                         ARRAY[$11::float8]::real[], ARRAY[$12::jsonb])
