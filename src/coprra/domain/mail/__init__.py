"""Mail: what is said to people, kept until it is sent."""
