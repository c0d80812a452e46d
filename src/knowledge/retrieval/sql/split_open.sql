-- From here on the new lists take what comes, and the old one takes nothing. When it is empty they are looked at: one of
-- them may be too long again.
-- $1 org, $2 project, $3 kind, $4 model, $5 old list, $6 new lists
UPDATE vector_lists SET splitting = (list = $5), oversized = (list <> $5)
WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND model = $4 AND (list = $5 OR list = ANY ($6))
