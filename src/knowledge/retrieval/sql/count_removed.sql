-- Counts the documents that were purged from a segment. $1 org, $2 project, $3 kind, $4 segment, $5 how many
UPDATE search_segments SET removed = removed + $5
WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND segment = $4
