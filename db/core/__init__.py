"""Connection, migrations, errors, settings, logs, audit."""
