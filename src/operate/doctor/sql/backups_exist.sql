-- Are backups recorded in this database?
SELECT to_regclass('stele_backups') IS NOT NULL
