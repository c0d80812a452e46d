-- Notes a page that is done, in the transaction that did it.
-- $1 org, $2 project, $3 table, $4 run, $5 last key, $6 rows, $7 added, $8 removed, $9 done
INSERT INTO graph_rebuild_state AS s (org_id, project_id, table_name, run_id, last_key, row_count, added, removed,
                                      done)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (org_id, project_id, table_name) DO UPDATE
SET run_id = $4, last_key = $5, row_count = s.row_count + $6, added = s.added + $7, removed = s.removed + $8,
    done = $9, updated_at = now()
