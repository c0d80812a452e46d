-- Keeps what a memory said before an update.
-- $1 org, $2 project, $3 memory, $4 version, $5 state, $6 replaced at, $7 by whom
INSERT INTO memory_versions (org_id, project_id, memory_id, version, state, replaced_at, replaced_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
