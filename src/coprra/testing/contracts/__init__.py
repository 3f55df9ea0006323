"""One suite for each port; an adapter takes the exam by subclassing it."""
