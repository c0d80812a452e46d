-- How many memories each class has; read as the operator.
SELECT retention, count(*) FROM memories GROUP BY retention ORDER BY retention
