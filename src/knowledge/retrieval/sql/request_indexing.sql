-- Announces that a tenant may have items to index. No lock is left behind when that is known already.
-- $1 org, $2 project, $3 kind
SELECT stele_ask_segments($1, $2, $3)
