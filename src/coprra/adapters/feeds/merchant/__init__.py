"""Merchant feeds: what a shop tells comparison sites, in Google's and Heureka's forms."""
