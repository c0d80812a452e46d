-- The proof of one batch. $1 org, $2 project, $3 id, $4 when, $5 by whom, $6 table, $7 class, $8 rule, $9 ids
INSERT INTO retention_log (org_id, project_id, id, applied_at, applied_by, table_name, class, rule,
                           row_count, row_ids)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, cardinality($9::uuid[]), $9)
