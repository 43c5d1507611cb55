"""Screens of the administrator."""
