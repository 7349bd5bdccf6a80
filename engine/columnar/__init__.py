"""The columnar evaluator: a Plan as DuckDB SQL, for everyone at once."""
