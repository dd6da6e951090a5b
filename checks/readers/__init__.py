"""Readers turn raw text into facts; pure, and without any policy of their own."""
