-- Of the indexes $1: which are there, and valid (NULL: not there). In the order given.
SELECT w.name, i.indisvalid AND i.indisready
  FROM unnest($1::text[]) WITH ORDINALITY AS w(name, at) LEFT JOIN pg_index i ON i.indexrelid = to_regclass(w.name)
 ORDER BY w.at
