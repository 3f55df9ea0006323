"""Pictures that apps read, the only home of segno."""
