"""Problem files: from YAML text to a Case, with a diagnostic for everything that does not fit."""
