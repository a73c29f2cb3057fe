"""The frozen IR model, its reader and its printer."""
