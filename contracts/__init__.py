"""The published language: one OpenAPI 3.1 file per API, and what is generated from it."""
