"""Running the database: embedded server, supervisor, backup, doctor."""
