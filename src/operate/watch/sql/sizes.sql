-- The tables of this database and what they take. $1 how many.
SELECT current_database()::text, pg_database_size(current_database()),
       format('%I.%I', s.schemaname, s.relname), s.n_live_tup, s.n_dead_tup,
       pg_relation_size(c.oid),
       CASE WHEN c.reltoastrelid <> 0 THEN pg_total_relation_size(c.reltoastrelid) ELSE 0 END,
       pg_indexes_size(c.oid), pg_total_relation_size(c.oid)
  FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
 ORDER BY pg_total_relation_size(c.oid) DESC, 3 LIMIT $1
