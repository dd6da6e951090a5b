"""The files that `school-audit init` lays into a school's folder, for people to fill in."""
