-- How many annotations each class has; read as the operator.
SELECT retention, count(*) FROM annotations GROUP BY retention ORDER BY retention
