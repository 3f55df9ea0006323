"""What is compared: GTINs, products, brands and categories."""
