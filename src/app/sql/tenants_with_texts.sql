-- Every tenant that has something with vectors; for an operator's session.
SELECT m.org_id, m.project_id FROM memories m GROUP BY 1, 2
UNION SELECT t.org_id, t.project_id FROM chat_threads t GROUP BY 1, 2
ORDER BY 1, 2
