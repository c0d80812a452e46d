-- How many skills each class has; read as the operator.
SELECT retention, count(*) FROM skills GROUP BY retention ORDER BY retention
