"""Labelled comments -> a model, its figures and its folder; a reading -> decisions."""
