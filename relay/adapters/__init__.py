"""The doors to our neighbours: one for each, turning their errors into ours."""
