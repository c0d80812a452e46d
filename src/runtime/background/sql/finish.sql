-- Nothing is left of what was taken. What was announced meanwhile is another row.
-- $1 id
DELETE FROM due_work WHERE id = $1
