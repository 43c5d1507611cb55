"""Commands of the database: db, catalogue, audit, doctor."""
